package io.c2d.testkit.world;

import io.c2d.testkit.SimulatedScheduler;

/** What all parts of one world share: time, luck, and the record of what happened. */
record WorldTools(SimulatedScheduler scheduler, Dice dice, FaultRates rates, Trace trace) {}
