package dev.runnel.server.http.responses.items;

import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.fields.FieldFaults;
import dev.runnel.server.http.openapi.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The members that items show on request alone.
 *
 * @param results what file searches have found
 * @param outputs the outputs of code
 */
public record Include(boolean results, boolean outputs) {
    /** Nothing more. */
    public static final Include NOTHING = new Include(false, false);

    private static final String RESULTS = "file_search_call.results";
    private static final String OUTPUTS = "code_interpreter_call.outputs";

    private static final String[] WORDS = {
        RESULTS, OUTPUTS, "web_search_call.results", "web_search_call.action.sources",
        "message.input_image.image_url", "computer_call_output.output.image_url", "reasoning.encrypted_content",
        "message.output_text.logprobs"};

    /** The query parameter. */
    public static final Parameter PARAMETER = Parameter.choice("include[]", "What else to show of the items.", WORDS);

    /** All words of the protocol. What this server has nothing of is accepted, and brings nothing. */
    public static String[] words() {
        return WORDS.clone();
    }

    /** The members that the words of a request ask for. */
    public static Include of(List<String> words) {
        return new Include(words.contains(RESULTS), words.contains(OUTPUTS));
    }

    /** The members that the query asks for. */
    public static Include of(Exchange exchange) {
        List<String> words = new ArrayList<>(exchange.queries("include[]"));
        words.addAll(exchange.queries("include"));
        for (int i = 0; i < words.size(); i++) {
            if (!Arrays.asList(WORDS).contains(words.get(i))) {
                throw FieldFaults.unsupported("include[" + i + "]", words.get(i), WORDS);
            }
        }
        return of(words);
    }

    /** The members that either asks for. */
    public Include or(Include other) {
        return new Include(results || other.results, outputs || other.outputs);
    }
}
