package dev.runnel.bench.relay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * nginx as a streaming proxy before a model server, as its documentation would have it: no buffering, connections to the model kept.
 *
 * @param folder    where everything it writes lies
 * @param openFiles of one worker
 */
record NginxConfig(Path folder, int port, URI model, int openFiles) {

    /** Returns the file. */
    Path write() throws IOException {
        return Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                worker_processes auto;
                worker_rlimit_nofile %2$d;
                pid %1$s/nginx.pid;
                error_log stderr warn;
                events {
                    worker_connections %2$d;
                }
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    upstream model {
                        server %4$s;
                        keepalive 512;
                    }
                    server {
                        listen 127.0.0.1:%3$d backlog=4096;
                        location / {
                            proxy_pass http://model;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_buffering off;
                            proxy_read_timeout 15m;
                        }
                    }
                }
                """.formatted(folder, openFiles, port, model.getAuthority()));
    }
}
