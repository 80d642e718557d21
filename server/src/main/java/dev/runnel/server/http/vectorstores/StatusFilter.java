package dev.runnel.server.http.vectorstores;

import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.fields.FieldFaults;
import dev.runnel.server.http.openapi.Parameter;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The query parameter {@code filter}: only files in this state. */
final class StatusFilter {
    private static final StoreFileStatus[] STATUSES = {
        StoreFileStatus.IN_PROGRESS, StoreFileStatus.COMPLETED, StoreFileStatus.FAILED, StoreFileStatus.CANCELLED
    };

    private static final String NAME = "filter";
    private static final String[] WORDS = Arrays.stream(STATUSES).map(StoreFileStatus::wire).toArray(String[]::new);

    static final Parameter PARAMETER = Parameter.choice(NAME, "Only files in this state.", WORDS);

    private StatusFilter() {}

    static @Nullable StoreFileStatus of(Exchange exchange) {
        Optional<String> filter = exchange.query(NAME);
        if (filter.isEmpty()) {
            return null;
        }
        return Arrays.stream(STATUSES)
                .filter(status -> status.wire().equals(filter.get()))
                .findFirst()
                .orElseThrow(() -> FieldFaults.unsupported(NAME, filter.get(), WORDS));
    }
}
