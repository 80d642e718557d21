package dev.runnel.client.exchange;

import dev.runnel.client.transport.ProxyException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Words for network failures: the exceptions' own messages are often empty, or about the JDK's internals. */
public final class NetworkFaults {
    private NetworkFaults() {}

    /** Whether a wait ended because the thread was interrupted. A timeout's exception has the same superclass. */
    public static boolean isInterrupt(IOException failure) {
        return failure instanceof InterruptedIOException && Thread.currentThread().isInterrupted();
    }

    public static String describe(IOException failure) {
        if (failure instanceof ProxyException proxy) {
            return proxy.getCause() instanceof IOException cause
                    ? proxy.getMessage() + ": " + describe(cause)
                    : String.valueOf(proxy.getMessage());
        }
        Throwable root = failure;
        for (Throwable cause; (cause = root.getCause()) != null;) {
            root = cause;
        }
        if (root instanceof UnresolvedAddressException || root instanceof UnknownHostException) {
            return "the host name is not known";
        }
        String tls = TlsFaults.describe(failure);
        if (tls != null) {
            return tls;
        }
        String message = root.getMessage();
        boolean connecting = failure instanceof ConnectException || root instanceof ConnectException;
        if (connecting && (message == null || message.contains("refused"))) {
            return "connection refused, nothing listens there";
        }
        return message == null ? root.getClass().getSimpleName() : message;
    }
}
