package dev.runnel.demo.speech;

import java.util.regex.Pattern;

/** The wordings by which a prompt shows what it wants. All are used with {@code find}, and ignore case. */
final class Cues {

    private static final String NUMBER = "(\\d{1,4}|a hundred|"
            + "an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty)";
    private static final String AUDIENCE = "for (?:my |the |our |an? )?(?:\\S+ )?"
            + "(?:kids?|children|child|son|daughter|toddler|baby|class|\\d+[- ]year[- ]olds?)\\b";

    static final Pattern POLITELY = regex("^(?:can|could|would|will) you (?:please |kindly )?(.+?)\\?*$");
    static final Pattern SAY = regex("^(?:please |just |now )*"
            + "(?:say|repeat|echo|(?:reply|respond|answer)(?: only)? with)"
            + "(?: after me| back| exactly| only| just| the words?| this(?=:))*[:,]? +"
            + "(?!something|anything|nothing|(?:an?|one) |it\\b|that\\b)(.+?)(?: " + NUMBER + " times\\.?)?$");
    static final Pattern COUNT = regex("\\bcount (?:up )?(?:from (?:one|1) )?to " + NUMBER + "\\b");
    static final Pattern SIZE = regex("\\b(?!an? word)" + NUMBER + "[ -](word|sentence)s?\\b");
    static final Pattern WRITES = words("tell", "write", "give", "make", "compose", "describe", "create", "generate",
            "invent", "in", "exactly", "with", "using", "under", "within");
    static final Pattern STORY = words("story", "stories", "tales?", "fables?", "fairy ?tales?", "bedtime",
            "once upon", "anecdote", "saga", "legend", "parable");
    static final Pattern MORE = regex("^(?:and |please |tell me |give me |now )*"
            + "(?:another|one more|again|more|go on|continue)(?: one| story)?,?(?: please)?\\W*$");
    static final Pattern HAIKU = words("haikus?");
    static final Pattern POEM = words("poems?", "poetry", "rhymes?", "limerick", "sonnet", "verses?", "ballad", "song",
            "lullaby", "ode");
    static final Pattern GREETING = regex("^(hi|hello|hey|howdy|greetings|good (?:morning|afternoon|evening|day)"
            + "|hallo|bonjour|salut|hola|ciao|ol[áa]|moin|servus|guten tag)"
            + "(?:[ ,!.]+(?:there|you|all|everyone|world|again|runnel|assistant|bot|friend"
            + "|how are you(?: doing| today)*|how is it going|what'?s up|nice to meet you))*\\W*$");
    static final Pattern THANKS = regex(
            "^(?:many |ok(?:ay)?,? )?(?:thanks|thank you|thx|cheers|merci|danke|gracias)\\b.{0,40}$");
    static final Pattern FAREWELL = regex("^(?:good ?bye|bye|good night|see you|farewell|ciao ciao)\\b.{0,20}$");
    static final Pattern PING = regex("^(?:ping|test|testing|this is a test|is this (?:thing )?on|are you there"
            + "|(?:does )?(?:this|it) works?)\\W*$");
    static final Pattern SELF = words("(?:who|what) are you", "your name", "(?:which|what) (?:language )?model",
            "what (?:can|do) you do", "^how are you", "^help$",
            "(?:attach|connect|use|add|configure)\\b.{0,40}\\b(?:real|own|other|another|openai|local) model",
            "are you (?:an? )?(?:ai|bot|robot|human|real|gpt|chatgpt|llm)");
    static final Pattern JOKE = words("jokes?", "puns?", "make me laugh");
    static final Pattern SUM = regex("\\d\\s*(?:[-+*/x×÷^%]|plus|minus|times|divided by|to the power)\\s*\\(?\\d"
            + "|\\b(?:calculate|compute|solve|square root|percent of|sum of|multiply|integral|equation|arithmetic)\\b");
    static final Pattern CODE = regex("```|[{};]\\s*$|\\(\\)|\\b(?:code|coding|python|javascript|typescript|java|kotlin"
            + "|rust|golang|sql|html|css|bash|shell script|regex|function|method|algorithm|unit tests?|stack ?trace"
            + "|exception|compile|refactor|debug|api)\\b");
    static final Pattern QUESTION = regex("\\?\\W*$|^(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were"
            + "|do|does|did|can|could|will|would|should|explain|define|summari[sz]e|translate|compare|list"
            + "|tell me (?:about|what|who|why|how|when|where))\\b");

    static final Pattern ANYTHING = regex("");

    /** The words after it are the topic. */
    static final Pattern ABOUT = regex(
            "\\b(?:about|involving|featuring|starring|regarding|concerning|describe|describing"
                    + "|on the (?:topic|subject|theme) of) (.+)");

    /** The words after it are the topic, unless {@link #ABOUT} is there too. */
    static final Pattern OF = regex("\\b(?:story|stories|tale|fable|poem|haiku|song|verse|ode|lullaby|limerick|ballad)"
            + " (?:of|on|to|with|(?!" + AUDIENCE + ")for) (.+)");

    /** The end of the topic: the sentence ends, or goes on with size, form or audience. */
    static final Pattern ABOUT_END = regex("[.!?;\\n(]|,? (?:please\\b|thanks\\b|in (?:the )?style of\\b"
            + "|as (?:a |valid )?json\\b|in json\\b|that is short\\b|" + AUDIENCE
            + "|(?:in|of|with|using|under) (?:exactly |about |at most |only |no more than |less than )?(?:" + NUMBER
            + " (?:words?|sentences?|lines?|paragraphs?)|\\d+)\\b)");

    private Cues() {}

    /** Any of these, as whole words. */
    private static Pattern words(String... alternatives) {
        return regex("(?<![\\p{L}\\p{N}])(?:" + String.join("|", alternatives) + ")(?![\\p{L}\\p{N}])");
    }

    private static Pattern regex(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }
}
