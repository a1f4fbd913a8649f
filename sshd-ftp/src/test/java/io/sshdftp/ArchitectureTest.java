package io.sshdftp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** Which package may use which. A failure here is to be mended in the code that it names, seldom here. */
@AnalyzeClasses(packages = "io.sshdftp", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String JDK = "java..";
    /** Names and encodings of cryptography, which are the JDK's as well. */
    private static final String CRYPTO = "javax.crypto..";

    /** The JDK's as well. */
    private static final String TLS = "javax.net.ssl..";

    /** What HotSpot tells of itself; the JDK's as well. */
    private static final String HOTSPOT = "com.sun.management..";

    private static final String MINA = "org.apache.sshd..";
    private static final String SLF4J = "org.slf4j..";

    @ArchTest
    static final ArchRule FTP = only("ftp", JDK);

    @ArchTest
    static final ArchRule FTP_HAS_NO_CLOCK_NO_THREAD_AND_NO_SOCKET = noClasses()
            .that()
            .resideInAPackage("io.sshdftp.ftp..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.(lang\\.Thread|util\\.concurrent\\..*|net\\.(Socket|ServerSocket|DatagramSocket)|nio\\.channels\\..*"
                    + "|time\\.Clock|util\\.Timer|util\\.logging\\..*)");

    @ArchTest
    static final ArchRule CONFIG = only("config", JDK);

    @ArchTest
    static final ArchRule AUTH =
            only("auth", JDK, CRYPTO, MINA, SLF4J, "io.sshdftp.config..", "org.bouncycastle..", "org.apache.commons.codec..");

    @ArchTest
    static final ArchRule CIPHER = only("cipher", JDK, CRYPTO, MINA, HOTSPOT);

    @ArchTest
    static final ArchRule LEG = only("leg", JDK, "jdk.net..", "com.sun.jna..", TLS, MINA, SLF4J, "io.sshdftp.ftp..");

    @ArchTest
    static final ArchRule TRANSPORT = only("transport", JDK, CRYPTO, MINA, SLF4J, "io.sshdftp.cipher..", "io.sshdftp.leg..");

    @ArchTest
    static final ArchRule FORWARD =
            only("forward", JDK, MINA, SLF4J, "io.sshdftp.ftp..", "io.sshdftp.leg..", "io.sshdftp.embedded..", "io.sshdftp.config..");

    @ArchTest
    static final ArchRule SESSION = only("session", JDK, MINA, SLF4J, "io.sshdftp.auth..", "io.sshdftp.config..");

    @ArchTest
    static final ArchRule SQL = only("sql", JDK, SLF4J, "com.zaxxer.hikari..", "io.sshdftp.auth..");

    @ArchTest
    static final ArchRule ADMIN = only("admin", JDK, "io.sshdftp.auth..", "io.sshdftp.config..", "io.sshdftp.sql..");

    @ArchTest
    static final ArchRule SFTP = only("sftp", JDK, MINA, SLF4J, "io.sshdftp.store..");

    @ArchTest
    static final ArchRule STORE = only("store", JDK, SLF4J);

    @ArchTest
    static final ArchRule EMBEDDED = only("embedded", JDK, "io.sshdftp.leg..", "io.sshdftp.store..");

    @ArchTest
    static final ArchRule RECORD = only(
            "record", JDK, SLF4J, "com.sun.net.httpserver..", "io.micrometer..", "io.sshdftp.config..", "io.sshdftp.forward..", "io.sshdftp.ftp..", "io.sshdftp.store..");

    /** The daemon is the place that knows all; nobody knows it. */
    @ArchTest
    static final ArchRule DAEMON = noClasses()
            .that()
            .resideOutsideOfPackage("io.sshdftp.daemon..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.sshdftp.daemon..");

    /** A package that is not in this list has no rule yet. */
    @ArchTest
    static final ArchRule EVERY_PACKAGE_HAS_A_RULE = classes()
            .should()
            .resideInAnyPackage(Stream.of(
                            "ftp", "config", "auth", "cipher", "leg", "transport", "forward", "session", "sftp", "sql", "admin", "store", "embedded",
                            "record", "daemon")
                    .map(name -> "io.sshdftp." + name)
                    .toArray(String[]::new));

    private static ArchRule only(String name, String... others) {
        String self = "io.sshdftp." + name + "..";
        String[] allowed = Stream.concat(Stream.of(self), Arrays.stream(others)).toArray(String[]::new);
        return classes().that().resideInAPackage(self).should().onlyDependOnClassesThat().resideInAnyPackage(allowed);
    }
}
