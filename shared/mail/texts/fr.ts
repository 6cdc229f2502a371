import type { Texts } from "./kinds.ts";

const limit = "{limit, select, call_time {temps d’appel} assistants {assistants} other {stockage}}";
const ticket = "{ticket_number} : {subject}";

export const fr: Texts = {
  greeting: "Bonjour,",
  greetingByName: "Bonjour {name},",
  digestSubject: "{count, plural, one {# message} other {# messages}} : {first}",
  more: "… et {count, number} de plus.",
  open: "Ouvrir Switchboard",
  answer: "Vous pouvez répondre à cet e-mail : votre réponse fera partie du ticket.",
  rate: "Évaluer cette solution",
  why: "Vous recevez cet e-mail parce que vous avez un compte chez Switchboard.",
  unsubscribe: "Ne plus recevoir ce type d’e-mails",
  kinds: {
    class_absent: {
      subject: "Vous avez manqué « {title} »",
      body: "Vous n’avez pas été vu dans « {title} » le {scheduled_start, date, moment}.",
    },
    class_cancelled: {
      subject: "« {title} » est annulé",
      body: "Le cours « {title} » du {scheduled_start, date, moment} n’a pas lieu.",
    },
    class_enrolled: {
      subject: "Vous êtes inscrit à « {title} »",
      body: "« {title} » commence le {scheduled_start, date, moment}.",
    },
    class_in_an_hour: {
      subject: "« {title} » commence dans une heure",
      body: "« {title} » commence le {scheduled_start, date, moment}.",
    },
    class_meeting_absent: {
      subject: "La réunion de « {title} » n’existe pas",
      body: "Google Meet ne connaît pas la réunion de votre cours « {title} ». Veuillez vérifier son code.",
    },
    class_moved: {
      subject: "« {title} » a un nouvel horaire",
      body: "« {title} » commence le {scheduled_start, date, moment}. Il était prévu le {previous_start, date, moment}.",
    },
    class_no_show: {
      subject: "« {title} » n’a pas commencé",
      body: "Personne n’a commencé votre cours « {title} » du {scheduled_start, date, moment}.",
    },
    class_restored: {
      subject: "« {title} » a finalement lieu",
      body: "« {title} » commence le {scheduled_start, date, moment}.",
    },
    class_tomorrow: {
      subject: "« {title} » commence demain",
      body: "« {title} » commence le {scheduled_start, date, moment}.",
    },
    dead_letters: {
      subject: "Quelque chose a été abandonné",
      body: "{events, plural, one {# événement} other {# événements}} et {tasks, plural, one {# tâche} other {# tâches}} ont été abandonnés et vous attendent.",
    },
    deletion_refused: {
      subject: "Votre compte n’a pas été supprimé",
      body: "Vous êtes le dernier administrateur. Nommez-en un autre, puis demandez à nouveau la suppression.",
    },
    deletion_requested: {
      subject: "La suppression de votre compte a été demandée",
      body: "Votre compte et toutes ses données seront supprimés dans une semaine. D’ici là, vous pouvez revenir sur cette demande.",
    },
    demo_2_days: {
      subject: "Votre essai se termine bientôt",
      body: "Votre essai se termine le {demo_expires_at, date, moment}. Avec un forfait, vos assistants continuent.",
    },
    expired: {
      subject: "Votre essai est terminé",
      body: "Vos assistants ne prennent plus d’appels. Un forfait les remet au travail.",
    },
    limit_100: {
      subject: `Épuisé : ${limit}`,
      body: `Vous avez tout utilisé : ${limit}. Un forfait plus grand vous en donne plus.`,
    },
    limit_75: {
      subject: `Utilisé aux trois quarts : ${limit}`,
      body: `Vous en avez utilisé les trois quarts : ${limit}.`,
    },
    limit_90: {
      subject: `Presque épuisé : ${limit}`,
      body: `Vous en avez utilisé les neuf dixièmes : ${limit}.`,
    },
    purge_7_days: {
      subject: "Votre compte va être supprimé",
      body: "Votre essai est terminé. Votre compte et toutes ses données seront supprimés le {purge_after, date, moment}, sauf si vous choisissez un forfait.",
    },
    sla_at_risk: {
      subject: `Bientôt trop tard : ${ticket}`,
      body: "Ce ticket a besoin {target, select, first_response {d’une réponse} other {d’une solution}} avant le {due_at, date, moment}.",
    },
    sla_missed: {
      subject: `Trop tard : ${ticket}`,
      body: "Ce ticket n’a pas eu {target, select, first_response {de réponse} other {de solution}} à temps.",
    },
    ticket_assigned: {
      subject: `À vous : ${ticket}`,
      body: "Ce ticket vous a été attribué.",
    },
    ticket_reply: { subject: `Re : ${ticket}`, body: "Il y a un nouveau message dans ce ticket." },
    ticket_resolved: {
      subject: `Résolu : ${ticket}`,
      body: "Votre ticket est résolu. Sinon, répondez : cela le rouvre.",
    },
  },
};
