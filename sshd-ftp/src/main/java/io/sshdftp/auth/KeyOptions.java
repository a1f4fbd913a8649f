package io.sshdftp.auth;

import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options before a key in an authorized_keys file, parsed as sshd(8) says. What is unknown, or known and not enforceable here, is an
 * error: an option restricts, and a restriction that is passed over is a hole.
 *
 * <p>MINA's own parser is of no use for this: it squeezes white space inside quotes, takes quoted and bare values alike, and joins
 * repeated options with a comma.
 */
final class KeyOptions {
    /** How many permitopen, and how many permitlisten, a line may have. */
    private static final int MAX_PERMITS = 4096;

    private static final Pattern TIME =
            Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?([Zz]|UTC|utc)?");

    private final String text;
    private int position;

    private boolean portForwarding = true;
    private boolean pty = true;
    private boolean agentForwarding = true;
    private boolean x11Forwarding = true;
    private final List<KeyGrant.Permit> permitOpen = new ArrayList<>();
    private final List<KeyGrant.Permit> permitListen = new ArrayList<>();
    private boolean certAuthority;
    private Optional<List<String>> principals = Optional.empty();
    private boolean touchRequired = true;
    private boolean verifyRequired;
    private Optional<SourcePatterns> from = Optional.empty();
    private Optional<Instant> expiry = Optional.empty();
    private Optional<String> command = Optional.empty();

    private KeyOptions(String text) {
        this.text = text;
    }

    /** An option that is malformed, unknown, or cannot be enforced. */
    static final class OptionException extends Exception {
        OptionException(String message) {
            super(message);
        }
    }

    /** @param text the options of one line, without the key; may be empty */
    static KeyOptions parse(String text) throws OptionException {
        KeyOptions options = new KeyOptions(text);
        while (options.position < text.length()) {
            options.option();
            if (options.position < text.length()) {
                if (text.charAt(options.position) != ',') {
                    throw new OptionException("something follows an option without a comma between");
                }
                options.position++;
                if (options.position == text.length()) {
                    throw new OptionException("the options end in a comma");
                }
            }
        }
        return options;
    }

    /** The key is not for logging in with, but for certifying the keys of users. */
    boolean certAuthority() {
        return certAuthority;
    }

    /** Whom a certificate may be made out to, in place of the user. */
    Optional<List<String>> principals() {
        return principals;
    }

    /** Why the line does not hold here and now: {@code expiry-time} and {@code from}. */
    Optional<String> obstacle(InetAddress client, Optional<String> hostName, Instant now) {
        if (expiry.isPresent() && !now.isBefore(expiry.get())) {
            return Optional.of("the key has expired on " + expiry.get());
        }
        if (from.isPresent() && !from.get().matches(client, hostName)) {
            return Optional.of("the key is right, but " + client.getHostAddress() + " is not in its from=");
        }
        return Optional.empty();
    }

    KeyGrant grant(String fingerprint, String keyType, String source) {
        return new KeyGrant(
                fingerprint, keyType, source, portForwarding, pty, agentForwarding, x11Forwarding, permitOpen, permitListen, command, touchRequired,
                verifyRequired);
    }

    private void option() throws OptionException {
        int start = position;
        while (position < text.length() && text.charAt(position) != ',' && text.charAt(position) != '=') {
            position++;
        }
        // Names are case-insensitive.
        String name = text.substring(start, position).toLowerCase(Locale.ROOT);
        if (position < text.length() && text.charAt(position) == '=') {
            position++;
            valued(name, quoted(name));
        } else {
            flag(name);
        }
    }

    private void flag(String name) throws OptionException {
        switch (name) {
            case "restrict" -> {
                portForwarding = false;
                pty = false;
                agentForwarding = false;
                x11Forwarding = false;
            }
            case "port-forwarding", "no-port-forwarding" -> portForwarding = !name.startsWith("no-");
            case "pty", "no-pty" -> pty = !name.startsWith("no-");
            case "agent-forwarding", "no-agent-forwarding" -> agentForwarding = !name.startsWith("no-");
            case "x11-forwarding", "no-x11-forwarding" -> x11Forwarding = !name.startsWith("no-");
            // No ~/.ssh/rc is ever run here.
            case "user-rc", "no-user-rc" -> {}
            case "cert-authority" -> certAuthority = true;
            case "verify-required", "no-verify-required" -> verifyRequired = !name.startsWith("no-");
            case "touch-required", "no-touch-required" -> touchRequired = !name.startsWith("no-");
            case "from", "command", "environment", "permitopen", "permitlisten", "expiry-time", "principals", "tunnel" ->
                throw new OptionException("option " + name + " lacks its value; write " + name + "=\"...\"");
            default -> throw unknown(name);
        }
    }

    private void valued(String name, String value) throws OptionException {
        switch (name) {
            case "from" -> {
                if (from.isPresent()) {
                    throw twice(name);
                }
                from = Optional.of(sources(value));
            }
            case "command" -> {
                if (command.isPresent()) {
                    throw twice(name);
                }
                command = Optional.of(value);
            }
            case "expiry-time" -> {
                Instant time = time(value);
                if (expiry.isEmpty() || time.isBefore(expiry.get())) {
                    expiry = Optional.of(time);
                }
            }
            case "permitopen" -> add(permitOpen, name, permit(name, value));
            // A port alone stands for any address, here only.
            case "permitlisten" -> add(permitListen, name, permit(name, value.indexOf(':') < 0 ? "*:" + value : value));
            case "environment" -> {
                // PermitUserEnvironment no, the default: checked, and not used.
                if (!value.matches("[A-Za-z0-9_]+=.*")) {
                    throw new OptionException("environment=\"...\" is not NAME=value");
                }
            }
            case "principals" -> {
                if (principals.isPresent()) {
                    throw twice(name);
                }
                principals = Optional.of(List.of(value.split(",", -1)));
            }
            case "tunnel" -> throw notHere(name);
            default -> throw unknown(name);
        }
    }

    /** A value stands in double quotes; only \" is an escape. */
    private String quoted(String name) throws OptionException {
        if (position >= text.length() || text.charAt(position) != '"') {
            throw new OptionException("the value of " + name + " is not in double quotes; write " + name + "=\"...\"");
        }
        position++;
        StringBuilder value = new StringBuilder();
        while (position < text.length() && text.charAt(position) != '"') {
            if (text.startsWith("\\\"", position)) {
                position++;
            }
            value.append(text.charAt(position++));
        }
        if (position >= text.length()) {
            throw new OptionException("the quote after " + name + "= is not closed");
        }
        position++;
        return value.toString();
    }

    private static void add(List<KeyGrant.Permit> permits, String name, KeyGrant.Permit permit) throws OptionException {
        if (permits.size() >= MAX_PERMITS) {
            throw new OptionException("more than " + MAX_PERMITS + " " + name);
        }
        permits.add(permit);
    }

    private static KeyGrant.Permit permit(String name, String value) throws OptionException {
        String host;
        String port;
        if (value.startsWith("[")) {
            int end = value.indexOf("]:");
            host = end < 0 ? "" : value.substring(1, end);
            port = end < 0 ? "" : value.substring(end + 2);
        } else {
            int colon = value.indexOf(':');
            host = colon < 0 ? "" : value.substring(0, colon);
            port = colon < 0 ? "" : value.substring(colon + 1);
        }
        if (host.isEmpty() || host.length() > 1024) {
            throw new OptionException(name + "=\"" + value + "\" is not host:port (an IPv6 address stands in brackets)");
        }
        if (port.equals("*")) {
            return new KeyGrant.Permit(host, KeyGrant.Permit.ANY_PORT);
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
            throw new OptionException(name + "=\"" + value + "\" has a port that is neither 1 to 65535 nor *");
        }
        return new KeyGrant.Permit(host, Integer.parseInt(port));
    }

    private static SourcePatterns sources(String value) throws OptionException {
        try {
            return SourcePatterns.parse(value);
        } catch (IllegalArgumentException e) {
            throw new OptionException("from=\"" + value + "\": " + e.getMessage());
        }
    }

    /** YYYYMMDD[Z], YYYYMMDDHHMM[SS][Z]; local time unless Z (or UTC) says otherwise. */
    private static Instant time(String value) throws OptionException {
        Matcher m = TIME.matcher(value);
        if (m.matches()) {
            try {
                LocalDateTime time = LocalDateTime.of(number(m, 1), number(m, 2), number(m, 3), number(m, 4), number(m, 5), number(m, 6));
                return time.atZone(m.group(7) == null ? ZoneId.systemDefault() : ZoneOffset.UTC).toInstant();
            } catch (DateTimeException e) {
                throw new OptionException("expiry-time=\"" + value + "\" is not a date: " + e.getMessage());
            }
        }
        throw new OptionException("expiry-time=\"" + value + "\" is not YYYYMMDD[Z] or YYYYMMDDHHMM[SS][Z]");
    }

    private static int number(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }

    private static OptionException twice(String name) {
        return new OptionException("option " + name + " stands twice");
    }

    private static OptionException notHere(String name) {
        return new OptionException("option " + name + " cannot be enforced by this daemon; take the key out, or write it without it");
    }

    private static OptionException unknown(String name) {
        return new OptionException("option \"" + name + "\" is unknown; sshd(8) lists the options");
    }
}
