package dev.runnel.protocol;

/**
 * Tokens that a run or a run step used. (Its detail members are named as the hosted service named them: singular
 * {@code prompt_token_details}, plural {@code completion_tokens_details}.)
 */
public record Usage(
        long promptTokens,
        long completionTokens,
        long totalTokens,
        PromptTokenDetails promptTokenDetails,
        CompletionTokensDetails completionTokensDetails) {

    /** No tokens at all. */
    public static final Usage NONE = of(0, 0, 0, 0);

    /** Makes absent details zero. */
    public Usage {
        promptTokenDetails = Absent.or(promptTokenDetails, new PromptTokenDetails(0));
        completionTokensDetails = Absent.or(completionTokensDetails, new CompletionTokensDetails(0));
    }

    /** A usage whose total is the sum of its parts. */
    public static Usage of(long promptTokens, long completionTokens, long cachedTokens, long reasoningTokens) {
        return new Usage(
                promptTokens,
                completionTokens,
                promptTokens + completionTokens,
                new PromptTokenDetails(cachedTokens),
                new CompletionTokensDetails(reasoningTokens));
    }

    /** Both usages together. */
    public Usage plus(Usage other) {
        return new Usage(
                promptTokens + other.promptTokens,
                completionTokens + other.completionTokens,
                totalTokens + other.totalTokens,
                new PromptTokenDetails(promptTokenDetails.cachedTokens + other.promptTokenDetails.cachedTokens),
                new CompletionTokensDetails(
                        completionTokensDetails.reasoningTokens + other.completionTokensDetails.reasoningTokens));
    }

    /** The prompt's tokens that came from a cache. */
    public record PromptTokenDetails(long cachedTokens) {}

    /** The completion's tokens that the model used for reasoning. */
    public record CompletionTokensDetails(long reasoningTokens) {}
}
