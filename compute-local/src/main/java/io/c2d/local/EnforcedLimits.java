package io.c2d.local;

/**
 * Which limits the kernel holds for a whole try; what it does not is limited for each process, as far as that can be.
 *
 * @param memory of the try's processes together
 * @param processes of the try alone, not of its user
 * @param cpus the processors that it may use
 */
record EnforcedLimits(boolean memory, boolean processes, boolean cpus) {
    /** Whether all are held. */
    boolean all() {
        return memory && processes && cpus;
    }

    /** For the log. */
    String describe(String by) {
        return "memory by " + (memory ? by : "rlimit of the address space") + ", processes by "
                + (processes ? by : "rlimit of the user")
                + ", processors " + (cpus ? "by " + by : "not limited") + ", file size by rlimit";
    }
}
