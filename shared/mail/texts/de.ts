import type { Texts } from "./kinds.ts";

const limit =
  "{limit, select, call_time {Gesprächszeit} assistants {Assistenten} other {Speicher}}";
const ticket = "{ticket_number}: {subject}";

export const de: Texts = {
  greeting: "Guten Tag,",
  greetingByName: "Guten Tag {name},",
  digestSubject: "{count, plural, one {# Nachricht} other {# Nachrichten}}: {first}",
  more: "… und {count, number} weitere.",
  open: "Switchboard öffnen",
  answer: "Sie können auf diese E-Mail antworten: Ihre Antwort erscheint im Ticket.",
  rate: "Diese Lösung bewerten",
  why: "Sie erhalten diese E-Mail, weil Sie ein Konto bei Switchboard haben.",
  unsubscribe: "E-Mails dieser Art abbestellen",
  kinds: {
    class_absent: {
      subject: "Sie haben „{title}“ verpasst",
      body: "Sie wurden in „{title}“ am {scheduled_start, date, moment} nicht gesehen.",
    },
    class_cancelled: {
      subject: "„{title}“ fällt aus",
      body: "Der Kurs „{title}“ am {scheduled_start, date, moment} findet nicht statt.",
    },
    class_enrolled: {
      subject: "Sie sind für „{title}“ angemeldet",
      body: "„{title}“ beginnt am {scheduled_start, date, moment}.",
    },
    class_in_an_hour: {
      subject: "„{title}“ beginnt in einer Stunde",
      body: "„{title}“ beginnt am {scheduled_start, date, moment}.",
    },
    class_meeting_absent: {
      subject: "Das Meeting von „{title}“ gibt es nicht",
      body: "Google Meet kennt das Meeting Ihres Kurses „{title}“ nicht. Bitte prüfen Sie den Code.",
    },
    class_moved: {
      subject: "„{title}“ hat eine neue Zeit",
      body: "„{title}“ beginnt am {scheduled_start, date, moment}. Geplant war es für {previous_start, date, moment}.",
    },
    class_no_show: {
      subject: "„{title}“ hat nicht begonnen",
      body: "Niemand hat Ihren Kurs „{title}“ vom {scheduled_start, date, moment} begonnen.",
    },
    class_restored: {
      subject: "„{title}“ findet doch statt",
      body: "„{title}“ beginnt am {scheduled_start, date, moment}.",
    },
    class_tomorrow: {
      subject: "„{title}“ beginnt morgen",
      body: "„{title}“ beginnt am {scheduled_start, date, moment}.",
    },
    dead_letters: {
      subject: "Etwas wurde aufgegeben",
      body: "{events, plural, one {# Ereignis} other {# Ereignisse}} und {tasks, plural, one {# Aufgabe} other {# Aufgaben}} wurden aufgegeben und warten auf Sie.",
    },
    deletion_refused: {
      subject: "Ihr Konto wurde nicht gelöscht",
      body: "Sie sind der letzte Admin. Ernennen Sie einen anderen und beantragen Sie die Löschung erneut.",
    },
    deletion_requested: {
      subject: "Die Löschung Ihres Kontos wurde beantragt",
      body: "Ihr Konto und alle seine Daten werden in einer Woche gelöscht. Bis dahin können Sie das zurücknehmen.",
    },
    demo_2_days: {
      subject: "Ihre Testzeit endet bald",
      body: "Ihre Testzeit endet am {demo_expires_at, date, moment}. Mit einem Tarif arbeiten Ihre Assistenten weiter.",
    },
    expired: {
      subject: "Ihre Testzeit ist vorbei",
      body: "Ihre Assistenten nehmen keine Anrufe mehr an. Mit einem Tarif arbeiten sie wieder.",
    },
    limit_100: {
      subject: `Aufgebraucht: ${limit}`,
      body: `Das ist ganz verbraucht: ${limit}. Ein größerer Tarif gibt Ihnen mehr.`,
    },
    limit_75: {
      subject: `Zu drei Vierteln verbraucht: ${limit}`,
      body: `Das ist zu drei Vierteln verbraucht: ${limit}.`,
    },
    limit_90: {
      subject: `Fast aufgebraucht: ${limit}`,
      body: `Das ist zu neun Zehnteln verbraucht: ${limit}.`,
    },
    purge_7_days: {
      subject: "Ihr Konto wird gelöscht",
      body: "Ihre Testzeit ist vorbei. Ihr Konto und alle seine Daten werden am {purge_after, date, moment} gelöscht, wenn Sie keinen Tarif wählen.",
    },
    sla_at_risk: {
      subject: `Bald zu spät: ${ticket}`,
      body: "Dieses Ticket braucht {target, select, first_response {eine Antwort} other {eine Lösung}} bis {due_at, date, moment}.",
    },
    sla_missed: {
      subject: `Zu spät: ${ticket}`,
      body: "Dieses Ticket hat nicht rechtzeitig {target, select, first_response {eine Antwort} other {eine Lösung}} bekommen.",
    },
    ticket_assigned: {
      subject: `Jetzt bei Ihnen: ${ticket}`,
      body: "Dieses Ticket wurde Ihnen zugewiesen.",
    },
    ticket_reply: {
      subject: `Re: ${ticket}`,
      body: "In diesem Ticket gibt es eine neue Nachricht.",
    },
    ticket_resolved: {
      subject: `Gelöst: ${ticket}`,
      body: "Ihr Ticket ist gelöst. Wenn nicht, antworten Sie: Das öffnet es wieder.",
    },
  },
};
