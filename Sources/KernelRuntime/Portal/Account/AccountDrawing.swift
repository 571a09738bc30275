internal import HTML
internal import Kernel
internal import KernelUI

/// The cards of the account page.
enum AccountDrawing {
    static func name(_ person: Person, form: PortalForm, csrf: String, on h: HTMLWriter) {
        h.card("Identité") {
            h.portalForm(action: "/compte/nom", csrf: csrf, button: "Enregistrer", form: form) {
                h.portalField("prenom", label: "Prénom", form: form, value: person.firstName, autocomplete: "given-name", maxlength: 80)
                h.portalField("nom", label: "Nom", form: form, value: person.lastName, autocomplete: "family-name", maxlength: 80)
            }
        }
    }

    static func password(form: PortalForm, csrf: String, on h: HTMLWriter) {
        h.card("Mot de passe") {
            h.p(.class("soft"), text: "Le changer met fin à vos autres sessions et à vos jetons d’accès.")
            h.details(.class("details"), .open(!form.faults.isEmpty)) {
                h.summary(text: "Changer de mot de passe")
                h.portalForm(action: "/compte/mot-de-passe", csrf: csrf, button: "Changer le mot de passe", form: form) {
                    h.portalPassword("actuel", label: "Mot de passe actuel", form: form)
                    h.newPasswordFields(form)
                }
            }
        }
    }

    static func secondFactor(_ person: Person, on h: HTMLWriter) {
        h.card("Double authentification") {
            if person.hasTOTP {
                h.p { h.chip("Activée", tone: .done) }
                h.p(text: "Un code de votre application est demandé à chaque connexion.")
            } else {
                h.p { h.chip("À activer", tone: .warn) }
                h.p(text: "Un code sur votre téléphone protège votre compte même si votre mot de passe est connu d’un tiers.")
            }
            h.p {
                h.linkButton(
                    person.hasTOTP ? "Changer de téléphone ou de codes de secours" : "Activer la double authentification",
                    href: "/compte/second-facteur", kind: person.hasTOTP ? .plain : .main)
            }
        }
    }

    /// Who may help with the account itself, and the choice of another or of nobody.
    static func owner(_ person: Person, _ standing: OwnStanding, csrf: String, on h: HTMLWriter) {
        h.card("Structure qui gère ce compte") {
            h.p(
                .class("soft"),
                text:
                    "Elle peut, en cas de perte, retirer la double authentification et fermer les sessions. Vous en êtes averti par message."
            )
            var places = person.organisations.map { FieldOption($0.id.description, $0.name) }
            // The one that made the account may be no place of its person, as a federation for a coordinator.
            if let owner = standing.owner, let name = standing.ownerName, !person.organisations.contains(where: { $0.id == owner }) {
                places.append(FieldOption(owner.description, name))
            }
            h.portalForm(action: "/compte/structure", csrf: csrf, button: "Enregistrer", form: PortalForm()) {
                h.selectField(
                    PortalForm().field("structure", "Structure", required: false), options: places,
                    value: standing.owner?.description ?? "", none: "Aucune\u{A0}: moi seul")
            }
        }
    }

    static func sessions(_ sessions: [OwnSession], csrf: String, on h: HTMLWriter) {
        h.card("Sessions ouvertes") {
            h.p(.class("soft"), text: "Une session se ferme après 30 minutes sans activité, et au bout de 10 heures dans tous les cas.")
            let columns = ["Appareil", "Ouverte", "Dernière activité"].map { TableColumn($0) } + [TableColumn("Actions", .actions)]
            h.table("Sessions ouvertes", columns: columns) { table in
                for session in sessions {
                    let opened = PortalDates.moment(session.opened)
                    table.row { row in
                        row.title {
                            h.text(device(session.client))
                            if session.isCurrent {
                                h.text(" ")
                                h.chip("Cette session")
                            }
                        }
                        row.cell(opened)
                        row.cell(PortalDates.moment(session.seen))
                        row.cell {
                            h.postButton(
                                "Terminer", action: "/compte/sessions/\(session.id)/fin", csrf: csrf, size: .small,
                                .aria(.label, "Terminer la session ouverte le \(opened)"))
                        }
                    }
                }
            }
            h.postButton("Fermer mes autres sessions et mes jetons", action: "/compte/sessions/fin", csrf: csrf)
        }
    }

    static func tokens(_ tokens: [OwnToken], mayCreate: Bool, csrf: String, on h: HTMLWriter) {
        h.card("Jetons d’accès") {
            h.p(
                .class("soft"),
                text: "Un jeton permet à un programme de travailler en votre nom dans une seule structure, sans votre mot de passe.")
            if tokens.isEmpty {
                h.p(text: "Aucun jeton.")
            } else {
                tokenTable(tokens, csrf: csrf, on: h)
            }
            if mayCreate { h.p { h.linkButton("Créer un jeton", href: "/compte/jetons/nouveau") } }
        }
    }

    // MARK: Parts

    private static func tokenTable(_ tokens: [OwnToken], csrf: String, on h: HTMLWriter) {
        let columns =
            ["Nom", "Structure", "Droits", "Dernier usage", "Expire"].map { TableColumn($0) } + [TableColumn("Actions", .actions)]
        h.table("Jetons d’accès", columns: columns) { table in
            for token in tokens {
                table.row { row in
                    row.title(token.name)
                    row.cell(token.organisationName)
                    row.cell(token.permissions == nil ? "Tous les vôtres" : "Lecture seule")
                    row.cell(token.used.map(French.date))
                    row.cell(PortalDates.moment(token.expires))
                    row.cell {
                        h.postButton(
                            "Révoquer", action: "/compte/jetons/\(token.id)/revoquer", csrf: csrf, size: .small,
                            .aria(.label, "Révoquer le jeton \(token.name)"))
                    }
                }
            }
        }
    }

    /// « Firefox sur Windows », from what the browser calls itself.
    static func device(_ client: String) -> String {
        let browser =
            [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
            .first { client.contains($0.0) }?.1
        let system =
            [
                ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
                ("Linux", "Linux"),
            ]
            .first { client.contains($0.0) }?.1
        return switch (browser, system) {
        case (let browser?, let system?): "\(browser) sur \(system)"
        case (let name?, nil), (nil, let name?): name
        default: "Appareil inconnu"
        }
    }
}
