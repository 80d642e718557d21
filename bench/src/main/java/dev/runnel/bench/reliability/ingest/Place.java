package dev.runnel.bench.reliability.ingest;

import dev.runnel.protocol.vectorstore.ChunkingStrategy;

/** A store of a round, by the way in which it gets its files. */
enum Place {
    /** One request for each file. */
    SINGLES {
        @Override
        boolean takes(int file, int files) {
            return file < files / 2;
        }
    },
    /** A batch. */
    BATCH {
        @Override
        boolean takes(int file, int files) {
            return file >= files / 4 && file < files * 3 / 4;
        }
    },
    /** The request that creates the store. */
    CREATED {
        @Override
        boolean takes(int file, int files) {
            return file % 3 == 0 && file >= files / 4;
        }
    },
    /** Attachments of messages: it is the store of a thread. */
    ATTACHED {
        @Override
        boolean takes(int file, int files) {
            return file >= files * 3 / 4;
        }

        @Override
        ChunkingStrategy.Static chunking() {
            return ChunkingStrategy.AUTO;
        }
    },
    /** The request that creates the store, which is deleted while its files are under way. */
    DOOMED {
        @Override
        boolean takes(int file, int files) {
            return file % 4 == 0;
        }
    };

    private static final ChunkingStrategy.Static PARTS = new ChunkingStrategy.Static(
            new ChunkingStrategy.Sizes(100, 0));

    /** Whether it gets a file, of so many. */
    abstract boolean takes(int file, int files);

    /** How its files are cut into chunks. */
    ChunkingStrategy.Static chunking() {
        return PARTS;
    }

    /** The file that is deleted while it is under way: several places have it. */
    static int doomedFile(int files) {
        int file = files / 4;
        while (!CREATED.takes(file, files)) {
            file++;
        }
        return file;
    }
}
