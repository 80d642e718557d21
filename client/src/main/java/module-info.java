/** The streaming client of servers that speak the Assistants API v2 or chat completions. */
module dev.runnel.client {
    requires transitive dev.runnel.protocol;
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
    requires static transitive org.jspecify;

    exports dev.runnel.client;
    exports dev.runnel.client.transport;
}
