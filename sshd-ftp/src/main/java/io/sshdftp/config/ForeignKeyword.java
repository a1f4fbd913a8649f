package io.sshdftp.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A keyword of sshd_config(5) that the daemon does not act on.
 *
 * @param harmless arguments, in lower case, that ask for what the daemon does anyway: no message
 * @param fatal true if to pass over any other argument would let somebody do what the file forbids, or lock out whom it lets in
 * @param remedy what the daemon does, or what to do instead
 */
record ForeignKeyword(String keyword, Scope scope, Set<String> harmless, boolean fatal, String remedy) {
    private static final Map<String, ForeignKeyword> BY_NAME = new HashMap<>();

    private static final String NO_OS_USERS = "no user of the operating system logs in here, see VirtualUsers";
    private static final String NO_SHELL = "a session is the built-in console, no shell or program is started";
    private static final String NO_METHOD = "this authentication method is not offered";

    static {
        // Ignoring one of these would let in, or let do, more than the file says.
        fatal(Scope.MATCH, NO_SHELL + "; remove the line, and forbid forwarding with DisableForwarding or PermitOpen", "ForceCommand",
                "none");
        fatal(Scope.MATCH, "nothing runs and no file is served in a changed root; remove the line", "ChrootDirectory", "none");
        fatal(Scope.MATCH, "no command is asked for keys; write them to AuthorizedKeysFile and remove the line", "AuthorizedKeysCommand",
                "none");
        fatal(Scope.MATCH, "touch and PIN of security keys cannot be demanded; remove the line, or such users' keys", "PubkeyAuthOptions",
                "none");
        fatal(Scope.MATCH, "idle channels are not closed; use ClientAliveInterval against dead clients and remove the line",
                "ChannelTimeout", "none");
        fatal(Scope.MATCH, "unused connections are not closed; use ClientAliveInterval against dead clients and remove the line",
                "UnusedConnectionTimeout", "none", "0");
        // Ignoring one of these would be wrong for the clients or the network.
        fatal(Scope.MATCH, "routing domains are not known here; remove the line", "RDomain", "none");
        fatal(Scope.GLOBAL, "keys are not asked of an agent; name the private key's file in HostKey and remove the line", "HostKeyAgent",
                "none");
        // Users, groups and methods of the operating system.
        warn(Scope.GLOBAL, NO_OS_USERS, "UsePAM", "no");
        warn(Scope.MATCH, NO_OS_USERS, "PermitRootLogin", "no");
        warn(Scope.MATCH, "users without a password cannot log in", "PermitEmptyPasswords", "no");
        warn(Scope.MATCH, NO_METHOD, "KbdInteractiveAuthentication", "no");
        alias("KbdInteractiveAuthentication", "ChallengeResponseAuthentication", "SkeyAuthentication");
        warn(Scope.MATCH, NO_METHOD, "HostbasedAuthentication", "no");
        warn(Scope.MATCH, NO_METHOD, "HostbasedUsesNameFromPacketOnly", "no");
        warn(Scope.MATCH, NO_METHOD, "HostbasedAcceptedAlgorithms");
        alias("HostbasedAcceptedAlgorithms", "HostbasedAcceptedKeyTypes");
        warn(Scope.MATCH, NO_METHOD, "IgnoreRhosts", "yes");
        warn(Scope.GLOBAL, NO_METHOD, "IgnoreUserKnownHosts", "yes");
        for (String name : List.of("KerberosAuthentication", "GSSAPIAuthentication")) {
            warn(Scope.MATCH, NO_METHOD, name, "no");
        }
        for (String name : List.of("KerberosOrLocalPasswd", "KerberosTicketCleanup", "KerberosGetAFSToken", "GSSAPICleanupCredentials",
                "GSSAPIStrictAcceptorCheck", "GSSAPIStoreCredentialsOnRekey", "GSSAPIKexAlgorithms", "GSSAPIEnablek5users")) {
            warn(Scope.GLOBAL, NO_METHOD, name);
        }
        warn(Scope.GLOBAL, NO_METHOD, "GSSAPIKeyExchange", "no");
        // It takes the place of the user's own name: ignoring it would let certificates in that it does not know.
        fatal(Scope.MATCH, "no command is asked for names; write them to AuthorizedPrincipalsFile and remove the line",
                "AuthorizedPrincipalsCommand", "none");
        for (String name : List.of("AuthorizedKeysCommandUser", "AuthorizedPrincipalsCommandUser")) {
            warn(Scope.MATCH, "no such command is run", name, "none");
        }
        // Sessions.
        for (String name : List.of("AcceptEnv", "SetEnv")) {
            warn(Scope.MATCH, NO_SHELL, name);
        }
        warn(Scope.GLOBAL, NO_SHELL, "PermitUserEnvironment", "no");
        warn(Scope.MATCH, NO_SHELL, "PermitUserRC", "no");
        warn(Scope.MATCH, NO_SHELL, "PermitTTY", "yes");
        warn(Scope.GLOBAL, NO_SHELL, "PrintMotd", "no");
        warn(Scope.GLOBAL, NO_SHELL, "PrintLastLog", "no");
        warn(Scope.MATCH, NO_SHELL, "ExposeAuthInfo", "no");
        // Forwarding that is refused whatever the file says.
        warn(Scope.MATCH, "X11 is not forwarded", "X11Forwarding", "no");
        for (String name : List.of("X11DisplayOffset", "X11UseLocalhost")) {
            warn(Scope.MATCH, "X11 is not forwarded", name);
        }
        warn(Scope.GLOBAL, "X11 is not forwarded", "XAuthLocation");
        warn(Scope.MATCH, "agents are not forwarded", "AllowAgentForwarding", "no");
        warn(Scope.MATCH, "tunnels are refused", "PermitTunnel", "no");
        warn(Scope.MATCH, "Unix sockets are not forwarded", "AllowStreamLocalForwarding", "no");
        for (String name : List.of("StreamLocalBindMask", "StreamLocalBindUnlink")) {
            warn(Scope.MATCH, "Unix sockets are not forwarded", name);
        }
        // What only tunes, or tells.
        warn(Scope.GLOBAL, "connections are not compressed", "Compression", "no");
        warn(Scope.MATCH, "the system's service classes are used", "IPQoS", "none");
        warn(Scope.GLOBAL, "fingerprints are SHA256 ones", "FingerprintHash", "sha256");
        warn(Scope.MATCH, "use LogLevel", "LogVerbose", "none");
        warn(Scope.GLOBAL, "the built-in groups are used", "ModuliFile");
        warn(Scope.GLOBAL, "no such library is loaded", "SecurityKeyProvider", "internal");
        for (String name : List.of("SshdSessionPath", "SshdAuthPath")) {
            warn(Scope.GLOBAL, "the daemon is one program", name);
        }
        warn(Scope.GLOBAL, "the version names no distribution, see VersionAddendum", "DebianBanner", "no");
        warn(Scope.GLOBAL, "the protocol is SSH 2", "Protocol", "2");
        for (String name : List.of("AuthorizedKeysFile2", "CheckMail", "KeyRegenerationInterval", "PAMAuthenticationViaKbdInt",
                "ReverseMappingCheck", "RhostsAuthentication", "RhostsRSAAuthentication", "RSAAuthentication", "ServerKeyBits", "UseLogin",
                "UsePrivilegeSeparation", "VerifyReverseMapping", "KerberosTGTPassing", "AFSTokenPassing")) {
            warn(Scope.MATCH, "an option of old, without effect in sshd too; remove the line", name);
        }
    }

    static Optional<ForeignKeyword> find(String keyword) {
        return Optional.ofNullable(BY_NAME.get(keyword.toLowerCase(Locale.ROOT)));
    }

    static List<String> names() {
        return BY_NAME.values().stream().map(ForeignKeyword::keyword).toList();
    }

    boolean isHarmless(List<String> arguments) {
        return harmless.contains(String.join(" ", arguments).toLowerCase(Locale.ROOT));
    }

    private static void fatal(Scope scope, String remedy, String keyword, String... harmless) {
        add(new ForeignKeyword(keyword, scope, Set.copyOf(Arrays.asList(harmless)), true, remedy));
    }

    private static void warn(Scope scope, String remedy, String keyword, String... harmless) {
        add(new ForeignKeyword(keyword, scope, Set.copyOf(Arrays.asList(harmless)), false, remedy));
    }

    private static void alias(String of, String... names) {
        for (String name : names) {
            ForeignKeyword original = BY_NAME.get(of.toLowerCase(Locale.ROOT));
            add(new ForeignKeyword(name, original.scope(), original.harmless(), original.fatal(), original.remedy()));
        }
    }

    private static void add(ForeignKeyword row) {
        BY_NAME.put(row.keyword().toLowerCase(Locale.ROOT), row);
    }
}
