package io.sshdftp.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code StrictModes}: nobody but root, the daemon and the owner of the home directory may be able to change a file or its path. */
final class StrictModes {
    private static final int WRITABLE_BY_OTHERS = 022;

    private StrictModes() {}

    /**
     * Checks {@code file} and each directory above it, up to {@code home} or the root directory, after symbolic links are resolved.
     *
     * @return what is wrong and what to run, or empty
     */
    static Optional<String> problem(Path file, Path home) throws IOException {
        Path real = file.toRealPath();
        Optional<Path> realHome = realPath(home);
        Optional<Integer> homeOwner = realHome.isPresent() ? SmallFile.mode(realHome.get()).map(SmallFile.Mode::uid) : Optional.empty();
        for (Path path = real; path != null; path = path.getParent()) {
            Optional<SmallFile.Mode> mode = SmallFile.mode(path);
            if (mode.isPresent()) {
                Optional<String> problem = problem(path, mode.get(), homeOwner);
                if (problem.isPresent()) {
                    return problem;
                }
            }
            if (realHome.isPresent() && path.equals(realHome.get())) {
                break;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problem(Path path, SmallFile.Mode mode, Optional<Integer> homeOwner) {
        int uid = mode.uid();
        boolean trusted = uid == 0 || homeOwner.equals(Optional.of(uid)) || SmallFile.ownUid().equals(Optional.of(uid));
        if (!trusted) {
            return Optional.of("bad ownership: " + path + " belongs to user id " + uid
                    + ", who is neither root, the daemon's user nor the owner of the home directory; run: chown root " + path);
        }
        if (mode.any(WRITABLE_BY_OTHERS)) {
            return Optional.of("bad modes: " + path + " can be written by its group or by everybody; run: chmod go-w " + path);
        }
        return Optional.empty();
    }

    private static Optional<Path> realPath(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
