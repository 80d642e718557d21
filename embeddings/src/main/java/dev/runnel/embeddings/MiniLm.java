package dev.runnel.embeddings;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.search.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * all-MiniLM-L6-v2: English, 384 dimensions; made for sentences and paragraphs of up to 256 tokens, about 190 words. The weights are a
 * file in the jar of LangChain4j's module for this model.
 */
public final class MiniLm implements Embedder {
    private static final String NAME = "all-minilm-l6-v2";
    private static final int DIMENSIONS = 384;
    private static final int TOKENS = 256;

    private static final String WEIGHTS = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    private final WordPiece tokenizer;
    private final OrtEnvironment environment;
    private final OrtSession session;

    /** A call computes for some ten milliseconds without a pause. A virtual thread would hold its carrier for that time. */
    private final ExecutorService computers = Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            Thread.ofPlatform().daemon().name("embed-", 0).factory());

    /** The read lock is held to embed, and the write lock to close. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * Reads the weights, which takes half a second.
     *
     * @throws IllegalStateException if the model does not run on this machine
     */
    public MiniLm() {
        try (InputStream json = resource(TOKENIZER); InputStream weights = resource(WEIGHTS)) {
            tokenizer = WordPiece.read(json);
            environment = RuntimeLibraries.environment();
            environment.setTelemetry(false);
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                // One core for each call: several calls use the cores better than one call on all of them.
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                session = environment.createSession(weights.readAllBytes(), options);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model cannot be opened", e);
        }
    }

    private static InputStream resource(String name) {
        InputStream resource = MiniLm.class.getResourceAsStream(name);
        if (resource == null) {
            throw new IllegalStateException("the embedding model's file " + name + " is missing");
        }
        return resource;
    }

    @Override
    public String model() {
        return NAME;
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    /** Computes on one of this model's own threads if the caller is a virtual thread. */
    @Override
    public float[] embed(String text) {
        return Thread.currentThread().isVirtual() ? elsewhere(text) : compute(text);
    }

    private float[] elsewhere(String text) {
        try {
            return computers.submit(() -> compute(text)).get();
        } catch (RejectedExecutionException e) {
            throw closed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a text was embedded", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e.getCause());
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the embedding model is closed");
    }

    private float[] compute(String text) {
        long[] ids = tokenizer.ids(text, TOKENS);
        use.readLock().lock();
        try {
            if (closed) {
                throw closed();
            }
            return mean(run(ids));
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model failed", e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Computes a vector for each token. */
    private float[][] run(long[] ids) throws OrtException {
        long[] all = new long[ids.length];
        Arrays.fill(all, 1);
        try (OnnxTensor tokens = tensor(ids);
                OnnxTensor mask = tensor(all);
                OnnxTensor types = tensor(new long[ids.length]);
                OrtSession.Result result = session.run(
                        Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", types))) {
            return ((float[][][]) result.get(0).getValue())[0];
        }
    }

    private OnnxTensor tensor(long[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    /** The mean of the tokens' vectors, scaled to length 1. */
    private static float[] mean(float[][] tokens) {
        float[] mean = new float[DIMENSIONS];
        for (float[] token : tokens) {
            for (int i = 0; i < DIMENSIONS; i++) {
                mean[i] += token[i];
            }
        }
        return Vectors.normalize(mean);
    }

    @Override
    public void close() {
        computers.shutdown();
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model cannot be closed", e);
        } finally {
            use.writeLock().unlock();
        }
    }
}
