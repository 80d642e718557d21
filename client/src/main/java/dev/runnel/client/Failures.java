package dev.runnel.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Words for what the network did: the exceptions' own are often empty or about the JDK's insides. */
final class Failures {
    private Failures() {}

    static String describe(IOException failure) {
        Throwable root = failure;
        for (Throwable cause; (cause = root.getCause()) != null;) {
            root = cause;
        }
        if (root instanceof UnresolvedAddressException || root instanceof UnknownHostException) {
            return "the host name is not known";
        }
        if (failure instanceof ConnectException || root instanceof ConnectException) {
            return "connection refused, nothing listens there";
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }
}
