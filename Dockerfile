# syntax=docker/dockerfile:1
# One target for each image: docker build --target serving -t forebay/serving:0.1.0 .   (likewise stream, batch, cli; docs/CONTAINERS.md)
# Commands and paths are relative to the working directory, so that `npm run test:images` can run them without an engine.

ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# What npm needs to know which packages there are; installing is cached until one of these files changes.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY services services
RUN find packages services -type f ! -name package.json ! -path 'packages/cli/bin/*' -delete

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --ignore-scripts
COPY tsconfig.base.json LICENSE ./
COPY proto proto
COPY packages packages
COPY services services
COPY scripts/image scripts/image
RUN node_modules/.bin/tsc -b services/serving services/stream services/batch packages/cli

# For each image: the packages that its program asks for at run time, then what of them it reads, with a list of it (SBOM).
FROM manifests AS serving-packages
RUN npm ci --omit=dev --ignore-scripts --workspace services/serving
FROM build AS serving-files
COPY --from=serving-packages /app production
RUN node scripts/image/runtime-files.mjs services/serving production runtime

FROM manifests AS stream-packages
RUN npm ci --omit=dev --ignore-scripts --workspace services/stream
FROM build AS stream-files
COPY --from=stream-packages /app production
RUN node scripts/image/runtime-files.mjs services/stream production runtime

FROM manifests AS batch-packages
RUN npm ci --omit=dev --ignore-scripts --workspace services/batch
FROM build AS batch-files
COPY --from=batch-packages /app production
RUN node scripts/image/runtime-files.mjs services/batch production runtime

FROM manifests AS cli-packages
RUN npm ci --omit=dev --ignore-scripts --workspace packages/cli
FROM build AS cli-files
COPY --from=cli-packages /app production
RUN node scripts/image/runtime-files.mjs packages/cli production runtime

# Owned by root and read by 65532: nothing in the image can be changed by what runs in it, and nothing has to be.
FROM ${NODE_IMAGE} AS runtime
LABEL org.opencontainers.image.title="Forebay" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0" \
      dev.forebay.sbom="/app/sbom.cdx.json"
ENV NODE_ENV=production
WORKDIR /app
USER 65532:65532

FROM runtime AS stream
COPY --from=stream-files /app/runtime ./
EXPOSE 9464
ENTRYPOINT ["node", "services/stream/dist/main.js"]

FROM runtime AS batch
COPY --from=batch-files /app/runtime ./
EXPOSE 9464
ENTRYPOINT ["node", "services/batch/dist/main.js"]

FROM runtime AS cli
COPY --from=cli-files /app/runtime ./
ENTRYPOINT ["node", "packages/cli/bin/forebay.js"]

FROM runtime AS serving
COPY --from=serving-files /app/runtime ./
EXPOSE 50051 9464
ENTRYPOINT ["node", "services/serving/dist/main.js"]
