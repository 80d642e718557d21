/** The streaming client of servers that speak the Assistants API v2 or chat completions. */
module dev.runnel.client {
    requires transitive dev.runnel.protocol;
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
    requires static org.jspecify; // not transitive: it would then have to be there when users compile

    exports dev.runnel.client;
    exports dev.runnel.client.transport;
}
