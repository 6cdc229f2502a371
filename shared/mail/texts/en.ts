import type { Texts } from "./kinds.ts";

const limit = "{limit, select, call_time {call time} assistants {assistants} other {storage}}";
const ticket = "{ticket_number}: {subject}";

export const en: Texts = {
  greeting: "Hello,",
  greetingByName: "Hello {name},",
  digestSubject: "{count, plural, one {# message} other {# messages}}: {first}",
  more: "… and {count, number} more.",
  open: "Open Switchboard",
  answer: "You can answer this mail: your answer becomes part of the ticket.",
  rate: "Rate this resolution",
  why: "You get this mail because you have an account with Switchboard.",
  unsubscribe: "Turn mails of this kind off",
  kinds: {
    class_absent: {
      subject: "You missed “{title}”",
      body: "You were not seen in “{title}” on {scheduled_start, date, moment}.",
    },
    class_cancelled: {
      subject: "“{title}” is cancelled",
      body: "The class “{title}” on {scheduled_start, date, moment} does not take place.",
    },
    class_enrolled: {
      subject: "You are enrolled in “{title}”",
      body: "“{title}” begins on {scheduled_start, date, moment}.",
    },
    class_in_an_hour: {
      subject: "“{title}” begins in an hour",
      body: "“{title}” begins on {scheduled_start, date, moment}.",
    },
    class_meeting_absent: {
      subject: "The meeting of “{title}” does not exist",
      body: "Google Meet does not know the meeting of your class “{title}”. Please check its code.",
    },
    class_moved: {
      subject: "“{title}” has a new time",
      body: "“{title}” begins on {scheduled_start, date, moment}. It was planned for {previous_start, date, moment}.",
    },
    class_no_show: {
      subject: "“{title}” did not begin",
      body: "Nobody began your class “{title}” of {scheduled_start, date, moment}.",
    },
    class_restored: {
      subject: "“{title}” takes place after all",
      body: "“{title}” begins on {scheduled_start, date, moment}.",
    },
    class_tomorrow: {
      subject: "“{title}” begins tomorrow",
      body: "“{title}” begins on {scheduled_start, date, moment}.",
    },
    dead_letters: {
      subject: "Something was given up",
      body: "{events, plural, one {# event} other {# events}} and {tasks, plural, one {# task} other {# tasks}} were given up and wait for you.",
    },
    deletion_refused: {
      subject: "Your account was not deleted",
      body: "You are the last admin. Appoint another admin, then ask for the deletion again.",
    },
    deletion_requested: {
      subject: "The deletion of your account was asked for",
      body: "Your account and all of its data will be deleted in a week. Until then you can take this back.",
    },
    demo_2_days: {
      subject: "Your trial ends soon",
      body: "Your trial ends on {demo_expires_at, date, moment}. A plan keeps your assistants at work.",
    },
    expired: {
      subject: "Your trial is over",
      body: "Your assistants take no more calls. A plan puts them back to work.",
    },
    limit_100: {
      subject: `Your ${limit} is used up`,
      body: `You have used all of your ${limit}. A larger plan gives you more.`,
    },
    limit_75: {
      subject: `Three quarters of your ${limit} are used`,
      body: `You have used three quarters of your ${limit}.`,
    },
    limit_90: {
      subject: `Your ${limit} is nearly used up`,
      body: `You have used nine tenths of your ${limit}.`,
    },
    purge_7_days: {
      subject: "Your account will be deleted",
      body: "Your trial is over. Your account and all of its data will be deleted on {purge_after, date, moment}, unless you choose a plan.",
    },
    sla_at_risk: {
      subject: `Soon too late: ${ticket}`,
      body: "This ticket needs {target, select, first_response {an answer} other {a resolution}} by {due_at, date, moment}.",
    },
    sla_missed: {
      subject: `Too late: ${ticket}`,
      body: "This ticket has had no {target, select, first_response {answer} other {resolution}} in time.",
    },
    ticket_assigned: {
      subject: `Yours now: ${ticket}`,
      body: "This ticket was assigned to you.",
    },
    ticket_reply: { subject: `Re: ${ticket}`, body: "There is a new message in this ticket." },
    ticket_resolved: {
      subject: `Resolved: ${ticket}`,
      body: "Your ticket is resolved. Answer if it is not: that opens it again.",
    },
  },
};
