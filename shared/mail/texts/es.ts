import type { Texts } from "./kinds.ts";

const limit =
  "{limit, select, call_time {tiempo de llamada} assistants {asistentes} other {almacenamiento}}";
const ticket = "{ticket_number}: {subject}";

export const es: Texts = {
  greeting: "Hola:",
  greetingByName: "Hola, {name}:",
  digestSubject: "{count, plural, one {# mensaje} other {# mensajes}}: {first}",
  more: "… y {count, number} más.",
  open: "Abrir Switchboard",
  answer: "Puede responder a este correo: su respuesta formará parte del ticket.",
  rate: "Valorar esta solución",
  why: "Recibe este correo porque tiene una cuenta en Switchboard.",
  unsubscribe: "No recibir más correos de este tipo",
  kinds: {
    class_absent: {
      subject: "Se perdió «{title}»",
      body: "No se le vio en «{title}» el {scheduled_start, date, moment}.",
    },
    class_cancelled: {
      subject: "«{title}» se cancela",
      body: "La clase «{title}» del {scheduled_start, date, moment} no tendrá lugar.",
    },
    class_enrolled: {
      subject: "Está inscrito en «{title}»",
      body: "«{title}» empieza el {scheduled_start, date, moment}.",
    },
    class_in_an_hour: {
      subject: "«{title}» empieza en una hora",
      body: "«{title}» empieza el {scheduled_start, date, moment}.",
    },
    class_meeting_absent: {
      subject: "La reunión de «{title}» no existe",
      body: "Google Meet no conoce la reunión de su clase «{title}». Compruebe el código.",
    },
    class_moved: {
      subject: "«{title}» tiene otro horario",
      body: "«{title}» empieza el {scheduled_start, date, moment}. Estaba prevista para el {previous_start, date, moment}.",
    },
    class_no_show: {
      subject: "«{title}» no empezó",
      body: "Nadie empezó su clase «{title}» del {scheduled_start, date, moment}.",
    },
    class_restored: {
      subject: "«{title}» sí tendrá lugar",
      body: "«{title}» empieza el {scheduled_start, date, moment}.",
    },
    class_tomorrow: {
      subject: "«{title}» empieza mañana",
      body: "«{title}» empieza el {scheduled_start, date, moment}.",
    },
    dead_letters: {
      subject: "Algo se abandonó",
      body: "{events, plural, one {# evento} other {# eventos}} y {tasks, plural, one {# tarea} other {# tareas}} se abandonaron y le esperan.",
    },
    deletion_refused: {
      subject: "Su cuenta no se eliminó",
      body: "Usted es el último administrador. Nombre a otro y vuelva a pedir la eliminación.",
    },
    deletion_requested: {
      subject: "Se pidió la eliminación de su cuenta",
      body: "Su cuenta y todos sus datos se eliminarán en una semana. Hasta entonces puede retirarlo.",
    },
    demo_2_days: {
      subject: "Su prueba termina pronto",
      body: "Su prueba termina el {demo_expires_at, date, moment}. Con un plan sus asistentes siguen trabajando.",
    },
    expired: {
      subject: "Su prueba ha terminado",
      body: "Sus asistentes ya no atienden llamadas. Un plan los pone de nuevo a trabajar.",
    },
    limit_100: {
      subject: `Agotado: ${limit}`,
      body: `Lo ha usado todo: ${limit}. Un plan mayor le da más.`,
    },
    limit_75: {
      subject: `Usado en tres cuartas partes: ${limit}`,
      body: `Ha usado tres cuartas partes: ${limit}.`,
    },
    limit_90: {
      subject: `Casi agotado: ${limit}`,
      body: `Ha usado nueve décimas partes: ${limit}.`,
    },
    purge_7_days: {
      subject: "Su cuenta se eliminará",
      body: "Su prueba ha terminado. Su cuenta y todos sus datos se eliminarán el {purge_after, date, moment}, a menos que elija un plan.",
    },
    sla_at_risk: {
      subject: `Pronto tarde: ${ticket}`,
      body: "Este ticket necesita {target, select, first_response {una respuesta} other {una solución}} antes del {due_at, date, moment}.",
    },
    sla_missed: {
      subject: `Tarde: ${ticket}`,
      body: "Este ticket no tuvo {target, select, first_response {respuesta} other {solución}} a tiempo.",
    },
    ticket_assigned: {
      subject: `Ahora es suyo: ${ticket}`,
      body: "Este ticket se le ha asignado.",
    },
    ticket_reply: { subject: `Re: ${ticket}`, body: "Hay un mensaje nuevo en este ticket." },
    ticket_resolved: {
      subject: `Resuelto: ${ticket}`,
      body: "Su ticket está resuelto. Si no lo está, responda: así se abre de nuevo.",
    },
  },
};
