//! The words by which columns are known: English, Spanish, German, French and Portuguese, and the names that
//! well-known tools write. All in lower case, without accents; whole names without blanks.

use super::synonyms::Meaning::{
    self, Activity, Automated, Case, Cost, Currency, End, Lifecycle, Resource, Role, Start, System,
};

/// Names as a whole: meaning, weight, squeezed names.
pub(super) const NAMES: &[(Meaning, f64, &str)] = &[
    (Case, 1.0, "caseconceptname"),
    (
        Case,
        0.95,
        "case caseid casekey casenumber caseno casenum caseref casereference caseidentifier casecode casetag caseuuid \
         traceid trace processinstanceid processinstance processinstancekey instanceid workflowinstanceid idcaso caso \
         casoid numerocaso numerodecaso idexpediente expediente numeroexpediente fall fallid fallnummer vorgangsid \
         vorgangsnummer vorgangsnr idcas cas numerocas numerodecas iddossier dossier numerodossier numerododcaso \
         numerodocaso idprocesso numeroprocesso numerodoprocesso",
    ),
    (
        Case,
        0.9,
        "ticketid ticket ticketnumber ticketno ticketkey issuekey issueid incidentid incidentnumber incident orderid \
         ordernumber orderno salesorder salesordernumber purchaseorder purchaseordernumber ponumber invoiceid \
         invoicenumber invoiceno requestid requestnumber claimid claimnumber applicationid applicationnumber loanid \
         opportunityid patientid admissionid encounterid contractid numerosolicitud nosolicitud idsolicitud solicitud \
         pedido idpedido numeropedido nopedido numerofactura ticketnummer auftrag auftragsnummer auftragsnr belegnummer \
         belegnr bestellnummer numerocommande numerodecommande idcommande commande protocolo numeropedido vbeln ebeln \
         aufnr belnr objectid documentkey ticketnr processid",
    ),
    (Case, 0.8, "order patient claim request process processo processkey vorgang vorgangnr instance parentid casename"),
    (Case, 0.6, "number key nummer numero"),
    (Case, 0.5, "id reference ref identifier entityid recordid"),
    (Activity, 1.0, "conceptname"),
    (
        Activity,
        0.95,
        "activity activityname activityen activityde activityes activitylabel activitydescription actividad \
         nombreactividad nombredeactividad nombredelaactividad descripcionactividad descripciondeactividad \
         descripciondelaactividad aktivitat aktivitaet aktivitatsname activite nomactivite nomdelactivite atividade \
         nomeatividade nomedaatividade",
    ),
    (
        Activity,
        0.9,
        "activityid task taskname step stepname processstep processstepname workflowstep eventname tarea nombretarea paso \
         etapa tatigkeit taetigkeit schritt prozessschritt arbeitsschritt tache etape tarefa passo idactividad",
    ),
    (Activity, 0.85, "event action actionname operation operationname evento ereignis evenement acao accion aktion"),
    (
        Activity,
        0.7,
        "eventtype activitytype steptype tostatus newstatus statusto movimiento vorgangsart eventdescription",
    ),
    (
        Activity,
        0.6,
        "status state stage stagename statusname statename incidentstate ticketstatus issuestatus estado statut etat \
         situacao zustand phase fase phasename milestone handling newvalue newvaluestring tostring tcode transaction",
    ),
    (End, 1.0, "timetimestamp"),
    (
        End,
        0.97,
        "completetimestamp completiontime completiontimestamp completiondatetime completiondate completedat endtimestamp \
         endtime enddate enddatetime endedat end eventend eventendtime finishtime finishdate finishedat finishtimestamp \
         timestampcompleted timestampdone timestampfinalized timestampend timecompleted timeofcompletion finished \
         completed fechafin fechadefin fechafinal fechahorafin horafin ende endzeit endzeitpunkt enddatum endezeit fin \
         datefin datedefin heurefin datafim datahorafim fim termino datatermino completetime",
    ),
    (
        End,
        0.95,
        "timestamp eventtime eventtimestamp eventdatetime eventdate zeitstempel marcadetiempo horodatage horodate \
         carimbodetempo",
    ),
    (
        End,
        0.9,
        "time datetime dateandtime fechahora fechayhora fecha datumuhrzeit zeitpunkt zeit datum dateheure dateetheure \
         datahora dataehora when activitytime activitytimestamp occurredat occurrencetime loggedat",
    ),
    (
        End,
        0.85,
        "sysupdatedat sysupdatedon date data heure hora uhrzeit changedate changedat changetime ts performedat",
    ),
    (End, 0.75, "updated updatedat updatedon lastmodified modifiedat modified changed recordedat"),
    (End, 0.55, "created createdat createddate createdon syscreatedon udate"),
    (Start, 1.0, "starttimestamp"),
    (
        Start,
        0.97,
        "start starttime startdate startdatetime startedat eventstart eventstarttime timestampstart timestarted begin \
         begintime begindate begintimestamp beginning started fechainicio fechadeinicio fechahorainicio horainicio \
         fechacomienzo inicio comienzo startzeit startzeitpunkt startdatum beginn beginnzeit anfang anfangszeit debut \
         datedebut datededebut heuredebut datainicio datahorainicio datadeinicio timestampstarted timeofstart",
    ),
    (Resource, 1.0, "orgresource"),
    (
        Resource,
        0.92,
        "resource resourcename resourceid assignedto assignee recurso ressource performer performedby executedby \
         executor responsable bearbeiter ausfuhrender ejecutor realizadopor executante",
    ),
    (
        Resource,
        0.9,
        "user username userid employee employeename employeeid agent agentname operator worker staff staffmember \
         personnel actor clerk responsible responsibleperson teammember usuario idusuario nombreusuario empleado \
         operario trabajador benutzer benutzername mitarbeiter sachbearbeiter utilisateur employe operateur agente \
         responsavel funcionario colaborador utilizador who person",
    ),
    (Resource, 0.75, "owner ownername handler processedby completedby changedby doneby propietario besitzer"),
    (Resource, 0.55, "sysupdatedby updatedby modifiedby author resolvedby createdby createdbyid name1"),
    (Role, 1.0, "orgrole"),
    (Role, 0.9, "role rolename resourcerole userrole rol rolle roles perfil papel cargo puesto funktion"),
    (Role, 0.85, "orggroup assignmentgroup supportgroup resourcegroup"),
    (
        Role,
        0.8,
        "team teamname group groupname department departmentname orgunit organizationalunit organisation organization \
         unit departamento area equipo grupo abteilung gruppe organisationseinheit equipe groupe departement service \
         setor unidade",
    ),
    (
        System,
        0.95,
        "system sourcesystem systemname sourcesystemname itsystem sistema sistemaorigen quellsystem systeme",
    ),
    (System, 0.6, "application app software tool platform anwendung aplicacion aplicativo logiciel origin"),
    (Lifecycle, 1.0, "lifecycletransition"),
    (Lifecycle, 0.9, "lifecycle transition lifecyclestate transitiontype lifecycletransitiontype ciclodevida"),
    (Lifecycle, 0.5, "registrationtype eventtype type status state tipo typ estado statut transaktion eventstate"),
    (Cost, 1.0, "costtotal"),
    (Cost, 0.95, "cost costs eventcost coste costes costo costos kosten cout couts custo custos"),
    (
        Cost,
        0.9,
        "amountcost costamount totalcost activitycost taskcost stepcost processingcost costeevento costetotal costototal \
         gesamtkosten prozesskosten einzelkosten couttotal custototal",
    ),
    (
        Automated,
        0.95,
        "automated isautomated wasautomated automation automatedflag automationflag automatizado automatizada \
         automatisiert automatise automatisee",
    ),
    (
        Automated,
        0.9,
        "automatic isautomatic automatically automatico automatica esautomatico automatizacion automatisch istautomatisch \
         istautomatisiert automatisierung automatique estautomatique automatisation automacao isbot isrobot byrobot \
         executedbyrobot donebyrobot rpa",
    ),
    (Automated, 0.7, "bot robot automationtype executiontype executionmode tipoejecucion ausfuhrungsart modeexecution"),
    (Currency, 1.0, "costcurrency"),
    (Currency, 0.95, "currency currencycode moneda divisa wahrung waehrung devise moeda"),
];

/// What is worked on, for names like "number of the order".
pub(super) const OBJECTS: &str = "case ticket order incident request claim issue process trace instance invoice application loan \
    patient opportunity contract caso expediente solicitud pedido factura contrato fall vorgang auftrag beleg antrag \
    bestellung rechnung dossier demande commande facture cas processo fatura chamado";
pub(super) const IDS: &str =
    "id no nr num number key ref reference identifier code nummer numero uuid kennung numéro tag";
pub(super) const DOINGS: &str = "activity task step action operation actividad tarea paso aktivitat tatigkeit schritt activite tache \
    atividade tarefa";
pub(super) const STATES: &str = "state status stage phase estado fase statut etat zustand situacao";
pub(super) const TIMES: &str =
    "time timestamp date datetime stamp fecha hora datum zeit zeitpunkt zeitstempel date heure data at on";
pub(super) const ENDINGS: &str = "end ended complete completed completion finish finished done finalized fin final ende abschluss \
    fim termino conclusion ending";
pub(super) const BEGINNINGS: &str = "start started begin began beginning inicio comienzo beginn anfang debut initiated";
/// Times of plans, of lives, of the whole case: not of the event.
pub(super) const OTHER_TIMES: &str = "planned plan due deadline expected target birth birthday expiry prevista previsto vencimiento \
    geplant frist echeance prevue prazo travel scheduled assigned sla";
pub(super) const CREATED: &str =
    "created opened submitted reported creation opening registered creacion apertura erstellt creation";
pub(super) const CHANGED: &str = "updated changed modified actualizacion modificacion geandert modification";
pub(super) const PEOPLE: &str = "resource user employee assignee agent operator worker performer responsible clerk staff recurso \
    usuario empleado benutzer bearbeiter mitarbeiter utilisateur employe responsable responsavel";
pub(super) const TEAMS: &str =
    "role group team department unit rol rolle grupo equipo departamento abteilung gruppe equipe groupe";
/// Costs, and the words that may stand beside them in the name of what an event cost.
pub(super) const COSTS: &str = "cost costs coste costes costo costos kosten cout couts custo custos";
pub(super) const BESIDE_COSTS: &str = "event activity task step process processing handling total sum amount of the in per labour \
    labor eur usd gbp chf euro euros evento actividad tarea etapa importe total de del la ereignis aktivitat schritt gesamt \
    betrag activite tache atividade tarefa evenement montant";
pub(super) const AMOUNTS: &str = "cost costs price rate amount count duration hours minutes min sec coste costo kosten betrag prix \
    cout custo valor total quantity sum share";
