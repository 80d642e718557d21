package dev.runnel.client;

import dev.runnel.protocol.responses.ResponseObject;
import java.util.Optional;

/**
 * A response failed. The reader got everything that the model had written. A response that was cancelled, or that reached a
 * limit, is no failure: see its {@linkplain ResponseObject#status() status}.
 */
public final class ResponseFailedException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final transient ResponseObject response;

    ResponseFailedException(ResponseObject response) {
        super(describe(response), null);
        this.response = response;
    }

    private static String describe(ResponseObject response) {
        ResponseObject.Failure error = response.error();
        String ended = "the response " + response.id() + " failed";
        return error == null ? ended : ended + ": " + error.code() + ": " + error.message();
    }

    /** The response at its end. */
    public ResponseObject response() {
        return response;
    }

    /** The reason; empty if the server gives none. */
    public Optional<ResponseObject.Failure> error() {
        return Optional.ofNullable(response.error());
    }

    /** Always false: the response's conversation has what it wrote. To try again, create another response. */
    @Override
    public boolean isRetrySafe() {
        return false;
    }
}
