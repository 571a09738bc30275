extension CodeList {
    /// Kinds of meeting (missions.md 16, MEETING_TYPE), in the words of the menu: what an event about a meeting names, whatever module holds it.
    public static let meetingType = CodeList(
        "MEETING_TYPE",
        [
            ("RCP", "RCP"), ("TEAM", "Réunion d’équipe"), ("PROTOCOL", "Groupe protocole"),
            ("ACTION", "Groupe projet ou action"), ("ANIMATION_TEAM", "Équipe d’animation"), ("TRAINING", "Formation"),
            ("FEEDBACK", "Retour d’expérience (CREX, RMM)"), ("SIS", "Système d’information"), ("VENDOR_DEMO", "Démonstration éditeur"),
            ("AGO", "Assemblée générale ordinaire"), ("AGE", "Assemblée générale extraordinaire"),
            ("AG_MIXTE", "Assemblée générale mixte"), ("BUREAU", "Bureau"), ("CA", "Conseil d’administration"), ("GERANCE", "Gérance"),
            ("PARTNER", "Rencontre partenaire"), ("ARS_CPAM_REVIEW", "Dialogue de gestion"), ("USERS", "Rencontre usagers"),
            ("SESSION", "Séance patients"), ("CONVIVIAL", "Temps convivial"), ("INTERVIEW", "Entretien"), ("OTHER", "Autre réunion"),
        ])
}
