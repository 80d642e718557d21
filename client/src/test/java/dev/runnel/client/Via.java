package dev.runnel.client;

import dev.runnel.client.transport.JdkTransport;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.Transport;

/** The transports that there are: what the client promises holds over each. */
enum Via {
    SOCKETS {
        @Override
        Transport transport() {
            return new SocketTransport();
        }
    },
    JDK {
        @Override
        Transport transport() {
            return new JdkTransport(Fixture.LONG);
        }
    };

    /** A new one. */
    abstract Transport transport();
}
