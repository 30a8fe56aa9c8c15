"""Who may reach which address: one module an area. Each has

* TABLE: a row an address and method, a column a role. `login`: sent to the sign-in page. 404 hides a row; 403 is for
  what the role may not do with a row that it sees. A method without a row is refused to everybody (405);
* ASKED_WITH: what some addresses need to be asked with; the rest is asked bare, so that a page whose form may be sent
  says 422;
* make(centre, lead): the rows that the addresses name, made for each role anew: `{"follow_up": row}` fills
  `<uuid:follow_up_id>`.
"""
