package dev.runnel.server.http.vectorstores;

import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.openapi.Parameter;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The query parameter {@code filter}: only files in this state. */
final class StatusFilter {
    private static final StoreFileStatus[] STATUSES = {
        StoreFileStatus.IN_PROGRESS, StoreFileStatus.COMPLETED, StoreFileStatus.FAILED, StoreFileStatus.CANCELLED
    };

    static final Parameter PARAMETER = Parameter.choice(
            "filter", "Only files in this state.",
            Arrays.stream(STATUSES).map(StoreFileStatus::wire).toArray(String[]::new));

    private StatusFilter() {}

    static @Nullable StoreFileStatus of(Exchange exchange) {
        Optional<String> filter = exchange.query("filter");
        if (filter.isEmpty()) {
            return null;
        }
        return Arrays.stream(STATUSES)
                .filter(status -> status.wire().equals(filter.get()))
                .findFirst()
                .orElseThrow(() -> BadRequestException.of(
                        "Invalid value: '" + filter.get() + "'. Supported values are: "
                                + Arrays.stream(STATUSES).map(status -> "'" + status.wire() + "'")
                                        .collect(Collectors.joining(", "))
                                + ".",
                        "filter", "invalid_value"));
    }
}
