package io.sshdftp.forward;

/** Policies for tests. */
public final class Policies {
    public static final ForwardingPolicy ALL = new ForwardingPolicy() {
        @Override
        public boolean permitsOpen(String host, int port) {
            return true;
        }

        @Override
        public boolean permitsListen(String host, int port) {
            return true;
        }
    };

    public static final ForwardingPolicy NONE = new ForwardingPolicy() {
        @Override
        public boolean permitsOpen(String host, int port) {
            return false;
        }

        @Override
        public boolean permitsListen(String host, int port) {
            return false;
        }
    };

    private Policies() {}
}
