public import HTML
import Kernel

/// Every component once, with the states that it knows: what an author looks at before drawing anything.
///
/// Parts of mails are not here: they carry their styles with them, which the pages of the house refuse.
public struct Gallery {
    /// Where the forms of the page lead, which take nothing.
    let action: String
    let csrf: String

    public init(action: String, csrf: String) {
        self.action = action
        self.csrf = csrf
    }

    /// The whole page below its title.
    public func draw(on h: HTMLWriter) {
        h.div(.class("stack")) {
            sample("Boutons", "button, linkButton, postButton, actionMenu", on: h, buttons)
            sample("Mots et signes", "chip, fact, count, amount, key, icon", on: h, words)
            sample("Messages", "message, errorSummary, empty, noResult, noRight", on: h, messages)
            sample("Personnes et courriels", "person, mailChip, resendForm", on: h, people)
            sample("Cartes", "card, definitionList", on: h, cards)
            sample("Se situer", "tabs, breadcrumb, stepper, disclosure", on: h, places)
            sample("Listes", "filters, filterTags, table, bulkBar, bulkButton, pager", on: h, lists)
            sample("Champs", "textField … fileField", on: h, inputs)
            sample("Choix", "choiceField, selectField, nameField, choicesField, checkField", on: h, choices)
            sample("Formulaires", "postForm, formSection, formActions, requiredNote, confirmation", on: h, forms)
            sample("Avancement et preuve", "progress, timeline, seal, unsealed, qr", on: h, progress)
            sample("Graphiques", "barChart, stackedBar, yearChart", on: h, charts)
            sample("Documents", "documentHead, documentFacts, documentSection, documentTable", on: h, documents)
        }
    }

    /// One section: its name, the functions that draw it, what they draw.
    private func sample(_ title: String, _ names: String, on h: HTMLWriter, _ content: (HTMLWriter) -> Void) {
        h.section(.class("stack stack--tight")) {
            h.h2(text: title)
            h.p(.class("soft small"), text: names)
            content(h)
        }
    }

    private func buttons(_ h: HTMLWriter) {
        h.div(.class("row")) {
            h.button("Enregistrer", kind: .main, type: .button)
            h.button("Modifier", type: .button, icon: .edit)
            h.button("Annuler", kind: .quiet, type: .button)
            h.button("Supprimer", kind: .stop, type: .button)
            h.button("Petit", type: .button, size: .small)
            h.linkButton("Ouvrir", href: action, icon: .next)
            h.postButton("Envoyer", action: action, csrf: csrf, icon: .mail)
            h.actionMenu { h.linkButton("Exporter", href: action, kind: .quiet, icon: .download) }
        }
        h.button("Aussi large que sa place", kind: .main, type: .button, size: .block)
    }

    private func words(_ h: HTMLWriter) {
        h.div(.class("row")) {
            h.chip("Brouillon")
            h.chip("Prévue", tone: .note)
            h.chip("À valider", tone: .warn)
            h.chip("Refusée", tone: .stop)
            h.chip(Workflow.State("DONE", "Validée", .done))
        }
        h.div(.class("row")) {
            h.fact("Présents", "12 sur 15")
            h.count(7, label: "lignes")
            h.count(2, label: "en retard", warns: true)
            h.amount(cents: 1_198_750)
            h.key("Ctrl")
            h.key("K")
        }
        h.div { h.amount(cents: -45_000) { h.p(text: "Trop-perçu de l’exercice précédent.") } }
        h.div(.class("row")) { for icon in Icon.allCases { h.icon(icon) } }
    }

    private func messages(_ h: HTMLWriter) {
        h.message("La réunion est convoquée.", tone: .done)
        h.message("Deux personnes n’ont pas d’adresse de messagerie.", tone: .warn)
        h.message("La feuille est verrouillée : rien n’a été changé.", tone: .stop)
        h.message(tone: .note) { h.text("Une remarque, avec un contenu libre.") }
        h.errorSummary([FieldFault("gallery_title", "Indiquez un intitulé.")], ids: ["gallery_title": "gallery-title-error"])
        h.empty("Aucune réunion pour le moment.", icon: .meeting) { h.linkButton("Planifier", href: action, kind: .main) }
        h.noResult(clearHref: action)
        h.noRight(askWhom: "Demandez à la coordination.")
    }

    private func people(_ h: HTMLWriter) {
        h.div(.class("row")) {
            h.person(name: "Claire Morvan", role: "Coordinatrice")
            h.person(name: "Yann Le Goff", role: "Médecin", isAway: true)
            for state in MailState.allCases { h.mailChip(state) }
        }
        h.resendForm(action: action, csrf: csrf, email: "claire.morvan@exemple.fr", reply: "550 5.1.1", id: "galerie")
    }

    private func cards(_ h: HTMLWriter) {
        h.div(.class("grid-2")) {
            h.card("Coordonnées", link: ("Tout voir", action), count: 3) {
                h.definitionList([("Adresse", "12 rue du Port, 29000 Quimper"), ("Téléphone", nil)])
            }
            h.card("Contrat", level: 3) {
                h.definitionList([
                    Definition("État") { $0.chip("En cours", tone: .note) }, Definition("Montant") { $0.amount(cents: 500_000) },
                ])
            }
        }
    }

    private func places(_ h: HTMLWriter) {
        h.breadcrumb([Crumb("Équipe", href: action), Crumb("Réunions", href: action)])
        h.tabs(
            "Parties de l’exemple",
            [Tab("Aperçu", href: action, isCurrent: true), Tab("Pièces", href: action, isCurrent: false, count: 4)])
        h.stepper(["Préparer", "Convoquer", "Tenir", "Clore"], current: 2)
        h.disclosure("Comment est-ce calculé ?", isOpen: true) { h.p(text: "Ce qui n’intéresse pas tout le monde.") }
    }
}
