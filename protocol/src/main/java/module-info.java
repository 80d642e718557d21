/**
 * The types of the Assistants API v2 and of chat completions, their JSON, and the fold of a run's events.
 *
 * <p>Packages that are not exported to all are for Runnel's own modules.
 */
@SuppressWarnings("module") // the client, to which a package is exported, is compiled after this module
module dev.runnel.protocol {
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify; // not transitive: it would then have to be there when users compile

    exports dev.runnel.protocol;
    exports dev.runnel.protocol.chat;
    exports dev.runnel.protocol.sse;
    exports dev.runnel.protocol.responses;
    exports dev.runnel.protocol.vectorstore;
    exports dev.runnel.protocol.json to dev.runnel.client;

    // Jackson makes and reads the records, and their readers and writers, which no one else sees.
    opens dev.runnel.protocol to com.fasterxml.jackson.databind;
    opens dev.runnel.protocol.chat to com.fasterxml.jackson.databind;
    opens dev.runnel.protocol.responses to com.fasterxml.jackson.databind;
    opens dev.runnel.protocol.vectorstore to com.fasterxml.jackson.databind;
}
