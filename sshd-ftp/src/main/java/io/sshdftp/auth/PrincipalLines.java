package io.sshdftp.auth;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Lines of names that a certificate may be made out to, each with options of authorized_keys before it: {@code [options] name}
 * ({@code AuthorizedPrincipalsFile}).
 *
 * @param where for the warnings, what the lines are
 * @param warnings takes lines that were passed over though their name fits
 */
record PrincipalLines(String where, InetAddress client, Optional<String> hostName, Instant now, List<String> warnings) {
    /** The options of the first line that names whom the certificate is made out to, and that holds here and now. */
    Optional<KeyOptions> find(String content, UserCertificate certificate) {
        int number = 0;
        for (String raw : content.split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.length() > AuthorizedKeys.MAX_LINE_CHARS) {
                continue;
            }
            int blank = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
            if (!certificate.isFor(line.substring(blank + 1))) {
                continue;
            }
            try {
                KeyOptions options = KeyOptions.parse(line.substring(0, Math.max(blank, 0)).strip());
                Optional<String> obstacle = options.obstacle(client, hostName, now);
                if (obstacle.isEmpty()) {
                    return Optional.of(options);
                }
                warnings.add(where + " line " + number + ": passed over: " + obstacle.get());
            } catch (KeyOptions.OptionException e) {
                warnings.add(where + " line " + number + ": passed over: " + e.getMessage());
            }
        }
        return Optional.empty();
    }
}
