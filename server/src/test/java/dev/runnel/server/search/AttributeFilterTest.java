package dev.runnel.server.search;

import dev.runnel.server.search.AttributeFilter.Combines;
import dev.runnel.server.search.AttributeFilter.Compares;
import dev.runnel.server.search.AttributeFilter.Comparison;
import dev.runnel.server.search.AttributeFilter.OneOf;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AttributeFilterTest {
    private static final Map<String, AttributeValue> FILE = Map.of(
            "year", AttributeValue.of(2024), "date", AttributeValue.of("2024-05-01"), "draft", AttributeValue.of(true));

    private static AttributeFilter year(Comparison comparison, Object value) {
        return new Compares("year", comparison, AttributeValue.of(value));
    }

    @ParameterizedTest
    @CsvSource({
        "EQ, false, true, false", "NE, true, false, true", "GT, true, false, false",
        "GTE, true, true, false", "LT, false, false, true", "LTE, false, true, true"})
    void comparesNumbersAndStrings(Comparison comparison, boolean withLess, boolean withEqual, boolean withMore) {
        assertThat(year(comparison, 2023.5).matches(FILE)).isEqualTo(withLess);
        assertThat(year(comparison, 2024.0).matches(FILE)).isEqualTo(withEqual);
        assertThat(year(comparison, 2025).matches(FILE)).isEqualTo(withMore);
        assertThat(new Compares("date", comparison, AttributeValue.of("2024-04-30")).matches(FILE)).isEqualTo(withLess);
        assertThat(new Compares("date", comparison, AttributeValue.of("2024-05-01")).matches(FILE))
                .isEqualTo(withEqual);
        assertThat(new Compares("date", comparison, AttributeValue.of("2024-06")).matches(FILE)).isEqualTo(withMore);
    }

    @ParameterizedTest
    @CsvSource({"EQ, false", "NE, true", "GT, false", "GTE, false", "LT, false", "LTE, false"})
    void whatIsNotThereOrOfAnotherTypeIsUnequalAndNothingElse(Comparison comparison, boolean holds) {
        assertThat(new Compares("author", comparison, AttributeValue.of("me")).matches(FILE)).isEqualTo(holds);
        assertThat(year(comparison, "2024").matches(FILE)).isEqualTo(holds);
        assertThat(new Compares("draft", comparison, AttributeValue.of(1)).matches(FILE)).isEqualTo(holds);
    }

    @Test
    void booleansAreEqualOrNotAndHaveNoOrder() {
        assertThat(new Compares("draft", Comparison.EQ, AttributeValue.of(true)).matches(FILE)).isTrue();
        assertThat(new Compares("draft", Comparison.NE, AttributeValue.of(true)).matches(FILE)).isFalse();
        assertThatThrownBy(() -> new Compares("draft", Comparison.GT, AttributeValue.of(true)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listsHoldOneOfThemOrNone() {
        List<AttributeValue> years = List.of(AttributeValue.of(2023), AttributeValue.of("2024"),
                AttributeValue.of(2024));
        assertThat(new OneOf("year", years, false).matches(FILE)).isTrue();
        assertThat(new OneOf("year", years, true).matches(FILE)).isFalse();
        assertThat(new OneOf("year", years.subList(0, 2), false).matches(FILE)).isFalse();
        assertThat(new OneOf("author", years, false).matches(FILE)).isFalse();
        assertThat(new OneOf("author", years, true).matches(FILE)).isTrue();
    }

    @Test
    void filtersCombineAndNest() {
        AttributeFilter yes = year(Comparison.EQ, 2024);
        AttributeFilter no = year(Comparison.EQ, 2023);
        assertThat(new Combines(List.of(yes, no), false).matches(FILE)).isFalse();
        assertThat(new Combines(List.of(no, yes), true).matches(FILE)).isTrue();
        assertThat(new Combines(List.of(yes, new Combines(List.of(no, yes), true)), false).matches(FILE)).isTrue();
    }

    @Test
    void filtersThatNestTooDeepOrAreTooManyAreRefused() {
        AttributeFilter deepest = year(Comparison.EQ, 2024);
        while (deepest.depth() < AttributeFilter.MAX_DEPTH) {
            deepest = new Combines(List.of(deepest), false);
        }
        AttributeFilter full = deepest;
        assertThat(full.matches(FILE)).isTrue();
        assertThatThrownBy(() -> new Combines(List.of(full), false)).hasMessage("filters nest at most 8 deep");
        assertThatThrownBy(() -> new Combines(Collections.nCopies(101, year(Comparison.EQ, 1)), true))
                .hasMessage("a filter has at most 100 comparisons");
        assertThatThrownBy(() -> new OneOf("year", Collections.nCopies(101, AttributeValue.of(1)), false))
                .hasMessage("a list in a filter has at most 100 values");
        assertThatThrownBy(() -> new Combines(List.of(), true)).isInstanceOf(IllegalArgumentException.class);
    }
}
