package dev.runnel.server.model;

import dev.runnel.model.ChatRelay;
import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatRequest;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model server under other names: for example, {@code qwen3:32b} answers for an application's {@code gpt-4o}.
 * Requests carry the model server's own name, replies the name that the caller asked for. Thread-safe.
 */
public final class AliasedModel implements Model {
    private static final System.Logger LOG = System.getLogger(AliasedModel.class.getName());

    /** How long the model server's list of names counts as up to date. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int MAX_TOLD = 1_000;

    private final Model model;
    private final ModelNames names;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Offer offer;

    /** The names that the model server listed, null if it did not list any, and the time when it was asked. */
    private record Offer(@Nullable Set<String> names, long at) {}

    /** Wraps a model, and closes it when this one is closed. */
    public AliasedModel(Model model, ModelNames names) {
        this.model = model;
        this.names = names;
    }

    @Override
    public ModelStream stream(ChatRequest prompt) {
        return model.stream(prompt.withModel(resolved(prompt.model())));
    }

    @Override
    public ChatRelay relay(byte[] request) {
        String asked = ModelMember.in(request);
        String target = resolved(asked);
        return target.equals(asked)
                ? model.relay(request)
                : new Renamed(model.relay(ModelMember.replaced(request, target)), asked);
    }

    @Override
    public byte[] complete(byte[] request) {
        String asked = ModelMember.in(request);
        String target = resolved(asked);
        return target.equals(asked)
                ? model.complete(request)
                : ModelMember.replaced(model.complete(ModelMember.replaced(request, target)), asked);
    }

    /** An alias answers here too, but not the model for missing names: it is one for chats. */
    @Override
    public Optional<byte[]> embed(byte[] request) {
        String asked = ModelMember.in(request);
        String target = names.target(asked);
        return target.equals(asked)
                ? model.embed(request)
                : model.embed(ModelMember.replaced(request, target)).map(answer -> ModelMember.replaced(answer, asked));
    }

    /** The model server's names, and the aliases. */
    @Override
    public List<ModelInfo> list() {
        List<ModelInfo> offered = model.list();
        remember(offered);
        Map<String, ModelInfo> byName = offered.stream()
                .collect(Collectors.toMap(ModelInfo::id, Function.identity(), (first, second) -> first));
        List<ModelInfo> all = new ArrayList<>(offered);
        names.aliases().forEach((name, target) -> {
            if (!byName.containsKey(name)) {
                all.add(alias(name, byName.get(target)));
            }
        });
        return all;
    }

    /** A name that is not listed can still be asked for if another model answers for it. */
    @Override
    public @Nullable ModelInfo find(String name) {
        List<ModelInfo> listed = list();
        ModelInfo found = named(listed, name);
        String target = resolved(name);
        return found != null || target.equals(name) ? found : alias(name, named(listed, target));
    }

    private static @Nullable ModelInfo named(List<ModelInfo> listed, String name) {
        return listed.stream().filter(info -> info.id().equals(name)).findFirst().orElse(null);
    }

    private static ModelInfo alias(String name, @Nullable ModelInfo target) {
        return new ModelInfo(name, target == null ? 0 : target.created(), target == null ? "" : target.ownedBy());
    }

    @Override
    public String answering(String name) {
        String target = names.target(name);
        String missing = names.missing();
        Offer known = offer;
        return missing == null || (known != null && lists(known, target)) ? target : missing;
    }

    @Override
    public String description() {
        return model.description();
    }

    @Override
    public void close() {
        model.close();
    }

    /** Translates a name into the model server's name. Logs both if they differ. */
    private String resolved(String asked) {
        String target = names.target(asked);
        String missing = names.missing();
        if (missing != null && !target.equals(missing) && !has(target)) {
            target = missing;
        }
        if (!target.equals(asked)) {
            boolean first = told.size() < MAX_TOLD && told.add(asked);
            LOG.log(first ? Level.INFO : Level.DEBUG, "the model {1} answers for {0}", asked, target);
        }
        return target;
    }

    /** Whether the model server lists a name. False for a server that has never listed its names. */
    private boolean has(String name) {
        Offer known = offer;
        if (known == null || (!lists(known, name) && isOld(known))) {
            known = asked(known);
        }
        return lists(known, name);
    }

    private static boolean lists(Offer offer, String name) {
        return offer.names != null && offer.names.contains(name);
    }

    private boolean isOld(Offer known) {
        return System.nanoTime() - known.at > FRESH_NANOS;
    }

    /** Asks the model server for its names. One caller asks; the others wait for its answer. */
    private Offer asked(@Nullable Offer before) {
        asking.lock();
        try {
            Offer known = offer;
            if (known != null && !known.equals(before)) {
                return known;
            }
            try {
                return remember(model.list());
            } catch (ErrorAnswerException e) {
                throw e; // the caller must see this error
            } catch (ModelException e) {
                LOG.log(Level.DEBUG, "the model server does not list its models: {0}", e.getMessage());
                Offer kept = new Offer(known == null ? null : known.names, System.nanoTime());
                offer = kept;
                return kept;
            }
        } finally {
            asking.unlock();
        }
    }

    private Offer remember(List<ModelInfo> list) {
        Offer told = new Offer(list.stream().map(ModelInfo::id).collect(Collectors.toSet()), System.nanoTime());
        offer = told;
        return told;
    }

    /** A reply that carries the name that the caller asked for. */
    private record Renamed(ChatRelay relay, String name) implements ChatRelay {
        @Override
        public byte @Nullable [] next() {
            return renamed(relay.next());
        }

        @Override
        public byte @Nullable [] nextArrived() {
            return renamed(relay.nextArrived());
        }

        private byte @Nullable [] renamed(byte @Nullable [] data) {
            return data == null ? null : ModelMember.replaced(data, name);
        }

        @Override
        public void close() {
            relay.close();
        }
    }
}
