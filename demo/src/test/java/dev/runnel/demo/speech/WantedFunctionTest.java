package dev.runnel.demo.speech;

import dev.runnel.demo.speech.WantedFunction.Function;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WantedFunctionTest {

    private static final List<Function> FUNCTIONS = List.of(
            new Function("get_weather", "Get the current weather in a given location"),
            new Function("sendEmail", "Sends an email to a contact"),
            new Function("search_orders", "Finds the orders of a customer by number or date of delivery"),
            new Function("get_weather_forecast", "Get the forecast for the coming days"),
            new Function("tell_story", "Makes up a story"));

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', value = {"What's the weather in Paris?; get_weather",
        "Weather forecast for Oslo; get_weather_forecast", "Please email Bob that I am late; sendEmail",
        "use get_weather_forecast for Rome; get_weather_forecast", "call SENDEMAIL now; sendEmail",
        "When is the delivery for customer 12?; search_orders", "Where are my orders?; search_orders"})
    void aPromptThatAsksForAToolGetsIt(String prompt, String function) {
        assertThat(WantedFunction.wanted(prompt, FUNCTIONS)).contains(function);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hello", "", "Tell me a short story.", "Tell me a story about the weather",
        "What is the capital of France?",
        "a haiku about email", "Get me the current value"})
    void otherPromptsGetNone(String prompt) {
        assertThat(WantedFunction.wanted(prompt, FUNCTIONS.subList(0, 4))).isEmpty();
    }

    @Test
    void noFunctionsNoChoice() {
        assertThat(WantedFunction.wanted("What's the weather in Paris?", List.of())).isEmpty();
        assertThat(WantedFunction.wanted("What's the weather?", List.of(new Function("", "")))).isEmpty();
    }

    @Test
    void aHugePromptIsReadInPart() {
        assertThat(WantedFunction.wanted("Weather? " + "?".repeat(1_000_000), FUNCTIONS)).contains("get_weather");
    }

    @Test
    @Timeout(20)
    void hugeFunctionsAreReadInPart() {
        var words = "weather delivery customer orders email contact ".repeat(200_000);
        var many = Collections.nCopies(20, new Function(words, words));

        assertThat(WantedFunction.wanted("Weather? delivery customer orders email contact", many)).contains(words);
    }

    @Test
    void theEarlierOfTwoEqualsWins() {
        var twins = List.of(new Function("weather_a", ""), new Function("weather_b", ""));

        assertThat(WantedFunction.wanted("weather?", twins)).contains("weather_a");
    }
}
