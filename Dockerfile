# One image for web, worker, beat and migrate. Wheels of the lock only: nothing is compiled.
FROM python:3.13-slim-trixie AS build
WORKDIR /srv/leerlijn
COPY requirements/base.txt requirements/base.txt
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes --only-binary :all: -r requirements/base.txt
COPY . .
# The key is of no use afterwards: settings want one, collecting files signs nothing.
RUN .venv/bin/python -m scripts.catalogues compile \
    && SECRET_KEY=0000000000-only-while-collecting-static-files-0000000000 SITE_URL=https://build.invalid \
       COLLECTED_STATIC=1 STATIC_ROOT=/srv/leerlijn/collected \
       .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin leerlijn \
    && install -d -o leerlijn -g leerlijn /srv/media
COPY --from=build /srv/leerlijn /srv/leerlijn
WORKDIR /srv/leerlijn
ENV PATH=/srv/leerlijn/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings \
    COLLECTED_STATIC=1 \
    STATIC_ROOT=/srv/leerlijn/collected \
    MEDIA_ROOT=/srv/media \
    VAR_DIR=/tmp
USER leerlijn
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", \
     "--timeout", "60", "--graceful-timeout", "20", "--max-requests", "5000", "--max-requests-jitter", "500", \
     "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
