package io.sshdftp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stores over a directory of a test. */
final class StoreFixture implements AutoCloseable {
    final Path root;
    final Stores stores = new Stores();

    StoreFixture(Path root) {
        this.root = root;
    }

    Store open() throws IOException {
        return stores.open(rules());
    }

    StoreRules rules() {
        return StoreRules.everything("alice", root);
    }

    Store open(Uploads uploads) throws IOException {
        return stores.open(new StoreRules("alice", root, Access.ALL, Quota.NONE, RateLimits.NONE, 022, uploads));
    }

    Store open(Uploads uploads, long bytes, long files) throws IOException {
        Quota quota = new Quota(OptionalLong.of(bytes), OptionalLong.of(files));
        return stores.open(new StoreRules("alice", root, Access.ALL, quota, RateLimits.NONE, 022, uploads));
    }

    Store open(Map<String, Rights> rights) throws IOException {
        Map<StorePath, Rights> rules = rights.entrySet().stream().collect(Collectors.toMap(rule -> path(rule.getKey()), Map.Entry::getValue));
        return stores.open(new StoreRules("alice", root, new Access(rules), Quota.NONE, RateLimits.NONE, 022, Uploads.ATOMIC));
    }

    static StorePath path(String text) {
        try {
            return StorePath.ROOT.resolve(text);
        } catch (BadPathException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static void put(Store store, String path, String content) throws IOException {
        try (StoreFile file = store.open(path(path), Opening.storing())) {
            file.write(bytes(content), 0);
            file.commit();
        }
    }

    static void append(Store store, String path, String content) throws IOException {
        try (StoreFile file = store.open(path(path), Opening.appending())) {
            file.write(bytes(content), 0);
            file.commit();
        }
    }

    static String get(Store store, String path) throws IOException {
        try (StoreFile file = store.open(path(path), Opening.reading())) {
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            while (content.hasRemaining() && file.read(content, content.position()) >= 0) {
                // Reads on.
            }
            return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
        }
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> list(Store store, String path) throws IOException {
        List<String> names = new ArrayList<>();
        try (Listing listing = store.list(path(path))) {
            for (Optional<Listing.Entry> entry = listing.next(); entry.isPresent(); entry = listing.next()) {
                names.add(entry.get().name());
            }
        }
        names.sort(null);
        return names;
    }

    /** Everything below a directory, with type and size, as the disk has it. */
    static TreeSet<String> onDisk(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            TreeSet<String> lines = new TreeSet<>();
            for (Path path : (Iterable<Path>) all::iterator) {
                lines.add(directory.relativize(path) + " " + Files.readAttributes(path, "unix:mode,size,ino", java.nio.file.LinkOption.NOFOLLOW_LINKS)
                        .entrySet().stream().filter(entry -> !Files.isDirectory(path) || !entry.getKey().equals("size")).toList());
            }
            return lines;
        }
    }

    @Override
    public void close() {
        stores.close();
    }
}
