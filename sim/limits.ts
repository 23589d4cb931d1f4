/**
 * Every bound of the simulator in one place, each with its reason: sizes of scenarios, searches and reports. The bounds
 * of what it simulates stand in src/limits/.
 */

/** Replicas of one simulated scenario: a full mesh of more is slower than what people have patience for. */
export const SIMULATED_REPLICAS_MAX = 16;

/** Commands of one simulated scenario: what a minute or so of a two-core machine can run. */
export const SIMULATED_OPERATIONS_MAX = 100_000;

/** Faults of one simulated scenario: far beyond what anybody could make sense of. */
export const SIMULATED_FAULTS_MAX = 10_000;

/** Expectations of one simulated scenario, each asked once. */
export const SIMULATED_EXPECTATIONS_MAX = 100_000;

/** Virtual time of a scenario's phases: a day. Heartbeats alone are millions of events by then. */
export const SIMULATED_MS_MAX = 86_400_000;

/** Delays of a scenario's links, and pauses before they are dialed again: far beyond the silence after which a link is given up. */
export const SIMULATED_DELAY_MS_MAX = 60_000;

/** How far a simulated clock may be off, or step: ten years; far beyond, dates are no safe numbers of milliseconds. */
export const SIMULATED_SKEW_MS_MAX = 315_360_000_000;

/** Drift of a simulated clock in millionths, for a whole run: a tenth, where quartz has some fifty. */
export const SIMULATED_DRIFT_PPM_MAX = 100_000;

/** Drift as a fault, in millionths: from a clock that stands still to one that runs twice as fast. */
export const FAULT_DRIFT_PPM_MAX = 1_000_000;

/** Effects that a simulated process may still have before a fault ends it: more than most runs have in all. */
export const FAULT_EFFECTS_MAX = 100_000;

/** Intervals of one direction that a simulated fault repeats: some seconds of heartbeats, so that old ones come, too. */
export const REPEATED_INTERVALS_MAX = 64;

/** A scenario's file: some hundred bytes for each of the most operations and expectations that it may have. */
export const SIMULATED_FILE_BYTES_MAX = 64 * 1024 * 1024;

/** Lists within lists in a reply of a text scenario: SCAN's reply has one, and no command's more than a few. */
export const TEXT_REPLY_DEPTH_MAX = 16;

/** Client programs of one kind at one replica: a run of more is slower than what people have patience for. */
export const SIMULATED_CLIENTS_MAX = 1000;

/** Commands and waits of all client programs of one simulated run: the commands must fit into a saved scenario. */
export const SIMULATED_PROGRAM_STEPS_MAX = 100_000;

/** Real time that one run of a user's functions may take: what never returns would hold a search for ever. */
export const USER_RUN_SECONDS_MAX = 120;

/** Threads of one search: more than machines have cores by far; each costs some 100 MB. */
export const SEARCH_JOBS_MAX = 64;

/** Seeds of one search: weeks of many cores. */
export const SEARCH_SEEDS_MAX = 1_000_000_000;

/** Minutes of one search: a week. */
export const SEARCH_MINUTES_MAX = 10_080;

/** Seeds that a thread takes at once: so many that handing out costs nothing, and so few that all end together. */
export const SEARCH_CHUNK_MS = 100;
export const SEARCH_CHUNK_SEEDS_MAX = 64;

/** Real time of one seed of a search: beyond it the run is taken for one that never ends. */
export const SEARCH_SEED_SECONDS_MAX = 600;

/** Results kept back because an earlier seed has none yet: what one slow seed may hold up. */
export const SEARCH_WAITING_SEEDS_MAX = 10_000;

/** Failures of one search that can be asked for: nobody reads more. */
export const SEARCH_FAILURES_MAX = 10_000;

/** Failures of one search that are shrunk and shown in full; most have one cause. */
export const SEARCH_FAILURES_SHRUNK_MAX = 3;

/** Seconds that shrinking one failure may be given: an hour. */
export const SHRINK_SECONDS_MAX = 3600;

/** Replicas and operations of an exhaustive search: one more of either is a thousand times as many schedules. */
export const EXHAUSTIVE_REPLICAS_MAX = 3;
export const EXHAUSTIVE_OPERATIONS_MAX = 5;

/** Schedules of one exhaustive search unless said otherwise: about an hour. */
export const EXHAUSTIVE_SCHEDULES_MAX = 10_000_000;

/** Schedules between two looks at the time. */
export const EXHAUSTIVE_PROGRESS_SCHEDULES = 1000;

/** Commands and events that a report keeps, the latest: more than anybody will read. */
export const REPORT_COMMANDS_MAX = 5000;
export const REPORT_EVENTS_MAX = 5000;

/** Messages of one run that its report keeps, the latest; heartbeats, acks and hellos apart, so that they crowd nothing out. */
export const REPORT_MESSAGES_MAX = 4000;
export const REPORT_UPKEEP_MESSAGES_MAX = 4000;

/** Faults that a report shows, the latest. */
export const REPORT_FAULTS_MAX = 500;

/** Keys whose versions a report tells, and events told of each: what a browser shows without effort. */
export const REPORT_KEYS_MAX = 30;
export const REPORT_KEY_EVENTS_MAX = 60;

/** Sentences of a report's history, the latest. */
export const REPORT_SENTENCES_MAX = 1500;

/** Commands drawn in a report's diagram, the latest: some screens full. */
export const REPORT_DRAWN_COMMANDS_MAX = 400;

/** With more commands than this a report's diagram shows writes, and of the reads only those that a failure is about. */
export const REPORT_DRAWN_READS_MAX = 120;

/** Height of a report's diagram that the room between instants may take, in pixels: some ten screens. */
export const REPORT_DIAGRAM_HEIGHT_MAX = 9000;

/** Differing keys shown of two replicas, and elements of one collection. */
export const REPORT_DIFFERENCES_MAX = 20;
export const REPORT_ELEMENTS_MAX = 40;

/** Bytes of one value, key or word that a report shows; how many there are is said. */
export const REPORT_WORD_BYTES_MAX = 64;

/** Characters of a failure's message that are shown: a stack trace and some contexts. */
export const REPORT_MESSAGE_CHARACTERS_MAX = 4000;

/** A scenario that is longer as JSON is not repeated inside its report. */
export const REPORT_SCENARIO_BYTES_MAX = 2 * 1024 * 1024;

/** What a simulated replica takes for a large collection, and how it cuts one: so small that a handful of elements is enough. */
export const SIMULATED_RANGE_BOUNDS = {
  whole: { elements: 3, bytes: 160 },
  coarse: { elements: 2, bytes: 160 },
  fine: { elements: 1, bytes: 80 },
  elementsMax: 2,
  stepElements: 2,
};
