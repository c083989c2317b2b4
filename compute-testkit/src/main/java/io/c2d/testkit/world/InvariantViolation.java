package io.c2d.testkit.world;

/** A rule that did not hold; an error, so that no engine takes it for a failure of its ports. */
public final class InvariantViolation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String rule;

    InvariantViolation(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /** Which rule: a number of the safety rules, or the name of a rule of liveness. */
    public String rule() {
        return rule;
    }
}
