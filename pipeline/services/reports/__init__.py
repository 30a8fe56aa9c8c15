"""Reports: drafted when they are due, released, corrected by new editions, sent to whoever subscribed."""
