package io.sshdftp.ftpserver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may use which, and that no socket is made. */
@AnalyzeClasses(packages = "io.sshdftp.ftpserver", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule DATA = classes()
            .that()
            .resideInAPackage("io.sshdftp.ftpserver.data")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.sshdftp.ftpserver.data", "java..", "io.sshdftp.leg..", "io.sshdftp.ftp..");

    @ArchTest
    static final ArchRule SERVER = classes()
            .that()
            .resideInAPackage("io.sshdftp.ftpserver")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.sshdftp.ftpserver..",
                    "java..",
                    "io.sshdftp.embedded..",
                    "io.sshdftp.leg..",
                    "io.sshdftp.store..",
                    "org.apache.ftpserver..",
                    "org.apache.mina..",
                    "org.slf4j..");

    @ArchTest
    static final ArchRule NO_SOCKET = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(Server|Multicast|Datagram)?Socket"
                    + "|java\\.nio\\.channels\\.(Asynchronous)?(Server)?(Socket|Datagram)Channel|org\\.apache\\.mina\\.transport\\..*");

    /** Each would bring its own sockets, files or users. */
    @ArchTest
    static final ArchRule NO_COMMAND_OF_FTPSERVERS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.ftpserver.command.impl..", "org.apache.ftpserver.filesystem..", "org.apache.ftpserver.usermanager..");
}
