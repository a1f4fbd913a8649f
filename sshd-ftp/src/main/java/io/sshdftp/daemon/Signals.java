package io.sshdftp.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the process does on a signal. Java has no API for it but {@code sun.misc.Signal} of the module {@code jdk.unsupported}, which compilers
 * warn about and a small runtime may lack; so it is looked for by name.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /**
     * Runs {@code action} on a thread of its own each time that the signal comes, in place of what the JVM does.
     *
     * @param name without SIG: HUP, TERM
     * @return false when this runtime has no way to do it, or keeps the signal for itself ({@code -Xrs})
     */
    static boolean handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    run(name, action);
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of SIG" + name;
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, calls);
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (InvocationTargetException e) {
            LOG.debug("SIG{}", name, e.getCause());
            return false;
        } catch (ReflectiveOperationException e) {
            LOG.debug("SIG{}", name, e);
            return false;
        }
    }

    private static void run(String name, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("internal error on SIG{}", name, e);
        }
    }
}
