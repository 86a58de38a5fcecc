# The images of the credential service and of the sidecar: the program, the libraries that it loads, curl for the health
# check, the certificate authorities. No shell, no package manager, no compiler; not root; nothing has to be writable.
#
#   deploy/packages/build
#   docker build --tag injector-service --target service --file deploy/docker/injector.Dockerfile build/packages
#   docker build --tag injector-sidecar --target sidecar --file deploy/docker/injector.Dockerfile build/packages
ARG BASE=docker.io/library/debian:12-slim
FROM ${BASE} AS whole
COPY injector_*.deb /packages/
RUN apt-get update && \
    apt-get install --yes --no-install-recommends ca-certificates curl /packages/injector_*.deb
# What the two programs load, under its own path; /lib and /lib64 are directories here, not links. Jobs of other users
# reach the sidecar's socket through /run/injector (--allow-uid), whose mode a new volume takes over.
RUN mkdir -p /slim/etc/ssl/certs /slim/tmp /slim/run/injector /slim/var/lib/injector && \
    for program in /usr/bin/injector /usr/bin/curl; do \
      cp --parents --dereference "$program" $(ldd "$program" | grep -o '/[^ ]*') /slim/ || exit 1; \
    done && \
    cp /etc/ssl/certs/ca-certificates.crt /slim/etc/ssl/certs/ && \
    cp --parents /usr/share/doc/injector/copyright /slim/ && \
    printf 'injector:x:10001:10001::/:/none\n' >/slim/etc/passwd && \
    printf 'injector:x:10001:\n' >/slim/etc/group && \
    chmod 1777 /slim/tmp && chmod 0711 /slim/run/injector && chmod 0700 /slim/var/lib/injector && \
    chown 10001:10001 /slim/run/injector /slim/var/lib/injector

FROM scratch AS program
COPY --from=whole /slim/ /
USER 10001:10001
ENTRYPOINT ["/usr/bin/injector"]

FROM program AS service
EXPOSE 8443
# The certificate is for clients' names, not for this address; who answers here is known.
HEALTHCHECK --interval=10s --timeout=3s \
  CMD ["/usr/bin/curl", "--fail", "--silent", "--show-error", "--insecure", "https://127.0.0.1:8443/readyz"]
CMD ["service", "serve", "--listen", "0.0.0.0:8443", "--key-file", "/run/secrets/service.key", \
     "--tls-cert", "/run/secrets/tls.crt", "--tls-key", "/run/secrets/tls.key"]

FROM program AS sidecar
HEALTHCHECK --interval=10s --timeout=3s \
  CMD ["/usr/bin/curl", "--fail", "--silent", "--show-error", "--unix-socket", "/run/injector/sidecar.sock", "http://sidecar/healthz"]
CMD ["sidecar", "--listen", "unix:/run/injector/sidecar.sock"]
