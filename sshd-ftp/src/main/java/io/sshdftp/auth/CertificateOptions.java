package io.sshdftp.auth;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.OpenSshCertificate.CertificateOption;

/**
 * The critical options and extensions of a user's certificate (PROTOCOL.certkeys). Critical ones restrict, and one that is unknown refuses
 * the certificate; extensions allow, and unknown ones are passed over.
 *
 * @param sources {@code source-address}
 * @param command {@code force-command}
 * @param verifyRequired signatures must attest that the user was verified; of FIDO keys only
 * @param extensions what is allowed, {@code permit-pty} and so on
 */
record CertificateOptions(
        Optional<SourcePatterns> sources, Optional<String> command, boolean verifyRequired, Set<String> extensions) {
    /** Blocks of addresses alone: names and wildcards are for authorized_keys. */
    private static final Pattern BLOCKS = Pattern.compile("[0-9A-Fa-f.:/,]+");

    static CertificateOptions of(OpenSshCertificate certificate) throws KeyOptions.OptionException {
        Optional<SourcePatterns> sources = Optional.empty();
        Optional<String> command = Optional.empty();
        boolean verifyRequired = false;
        for (CertificateOption option : certificate.getCriticalOptions()) {
            switch (option.getName()) {
                case "source-address" -> sources = Optional.of(sources(value(option)));
                case "force-command" -> command = Optional.of(value(option));
                case "verify-required" -> verifyRequired = true;
                default -> throw new KeyOptions.OptionException("Certificate critical option \"" + option.getName() + "\" is not supported");
            }
        }
        Set<String> extensions = certificate.getExtensions().stream().map(CertificateOption::getName).collect(Collectors.toUnmodifiableSet());
        return new CertificateOptions(sources, command, verifyRequired, extensions);
    }

    private static String value(CertificateOption option) throws KeyOptions.OptionException {
        if (option.getData() == null || option.getData().isEmpty()) {
            throw new KeyOptions.OptionException("Certificate critical option \"" + option.getName() + "\" has no value");
        }
        return option.getData();
    }

    private static SourcePatterns sources(String value) throws KeyOptions.OptionException {
        try {
            if (BLOCKS.matcher(value).matches()) {
                return SourcePatterns.parse(value);
            }
        } catch (IllegalArgumentException e) {
            throw new KeyOptions.OptionException("Certificate source-address \"" + value + "\" is invalid: " + e.getMessage());
        }
        throw new KeyOptions.OptionException("Certificate source-address \"" + value + "\" is invalid: it is no list of address blocks");
    }

    boolean permitsSource(InetAddress client) {
        return sources.isEmpty() || sources.get().matches(client, Optional.empty());
    }

    /**
     * What the line and the certificate both allow.
     *
     * @throws KeyOptions.OptionException when each forces a command of its own
     */
    KeyGrant narrow(KeyGrant line) throws KeyOptions.OptionException {
        if (line.command().isPresent() && command.isPresent() && !line.command().equals(command)) {
            throw new KeyOptions.OptionException("Certificate and key options force different commands");
        }
        return new KeyGrant(
                line.fingerprint(),
                line.keyType(),
                line.source(),
                line.portForwarding() && extensions.contains("permit-port-forwarding"),
                line.pty() && extensions.contains("permit-pty"),
                line.agentForwarding() && extensions.contains("permit-agent-forwarding"),
                line.x11Forwarding() && extensions.contains("permit-X11-forwarding"),
                line.permitOpen(),
                line.permitListen(),
                line.command().or(() -> command),
                line.touchRequired() || !extensions.contains("no-touch-required"),
                line.verifyRequired() || verifyRequired);
    }
}
