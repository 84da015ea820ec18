# One image for the site, the workers and beat; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    ONCUE_DATA_DIR=/srv/oncue \
    PATH=/opt/venv/bin:$PATH
RUN useradd --system --create-home --home-dir /srv/oncue oncue
WORKDIR /app
COPY .ci/uv.txt requirements.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --require-hashes -r uv.txt \
    && uv pip install --no-cache --compile-bytecode --require-hashes --python /opt/venv/bin/python -r requirements.txt
COPY . .
USER oncue
VOLUME /srv/oncue
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.gunicorn", "--bind", "0.0.0.0:8000"]
