package dev.runnel.server.http.responses.items;

import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.fields.FieldFaults;
import dev.runnel.server.http.openapi.Parameter;
import java.util.Arrays;

/** What a request asks to include besides what all see. */
public final class Include {
    public static final String RESULTS = "file_search_call.results";

    /** All that the protocol names. What this server has nothing of is accepted, and brings nothing. */
    public static final String[] ALL = {
        RESULTS, "web_search_call.results", "web_search_call.action.sources", "message.input_image.image_url",
        "computer_call_output.output.image_url", "code_interpreter_call.outputs", "reasoning.encrypted_content",
        "message.output_text.logprobs"};

    public static final Parameter PARAMETER = Parameter.choice("include[]", "What else to show of the items.", ALL);

    private Include() {}

    /** Whether the query asks for the results of file searches. */
    public static boolean results(Exchange exchange) {
        String include = exchange.query("include[]").or(() -> exchange.query("include")).orElse("");
        if (!include.isEmpty() && !Arrays.asList(ALL).contains(include)) {
            throw FieldFaults.unsupported("include[0]", include, ALL);
        }
        return include.equals(RESULTS);
    }
}
