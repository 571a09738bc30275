/// Passwords that guessers try first, French ones included. Compared without accents and case, figures and signs at the end left out.
enum CommonPasswords {
    /// True for a word of the list, also when followed by figures or signs: « soleil », « Soleil2024! ».
    static func contains(_ folded: String) -> Bool {
        if words.contains(folded) { return true }
        var stem = Substring(folded)
        while let last = stem.last, !last.isLetter { stem.removeLast() }
        while let first = stem.first, !first.isLetter { stem.removeFirst() }
        return stem.isEmpty ? false : words.contains(String(stem))
    }

    private static let words: Set<String> = Set(text.split(whereSeparator: \.isWhitespace).map(String.init))

    private static let text = """
        ete hiver printemps automne janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
        lundi mardi mercredi jeudi vendredi samedi dimanche
        motdepasse monmotdepasse motdepass password passwort passw passe mdp secret admin administrateur administrator root user
        utilisateur invite guest test demo default bienvenue welcome bonjour bonsoir salut coucou hello merci jesuisla
        azerty azertyuiop azertyuio azertyui azertyqsdf azertyqwerty qwerty qwertyuiop qwertz qsdfghjklm qsdfghjk wxcvbn wxcvbnazerty
        azeqsd azeqsdwxc aqwzsx aqwzsxedc aqwzsxedcrfv azazaz qwqwqw asdf asdfgh asdfghjkl zxcvbnm abcdef abcdefg abcdefgh abc abcd
        iloveyou jetaime jetaimefort jetadore monamour amour monange loveyou love mylove forever toujours bisous bisou calin
        chouchou loulou doudou doudoune nounou nounours titi toto tata tonton papa maman mamie papy papou mamour bebe cheri cherie
        chocolat caramel nutella vanille fraise cerise framboise orange citron banane pomme poire abricot bonbon crepe fromage
        soleil lune etoile etoiles nuage neige pluie tempete ocean montagne riviere plage vacances liberte egalite fraternite
        france francais paris marseille lyon toulouse bordeaux nantes lille nice strasbourg rennes montpellier grenoble bretagne
        corse alsace normandie provence savoie auvergne bourgogne lorraine picardie martinique guadeloupe reunion guyane
        football foot rugby tennis natation basket cyclisme psg om ol olympique allezlom allezparis zidane ronaldo messi mbappe
        nicolas thomas julien maxime alexandre antoine pierre philippe laurent sebastien stephane christophe guillaume jerome
        camille pauline marine manon sarah laura julie marie sophie nathalie isabelle sandrine stephanie celine virginie valerie
        martin bernard dubois durand lefebvre moreau simon michel louis jean jeanne paul lucas hugo emma lea chloe ines jade louise
        caroline charlotte mathilde clement romain florian kevin dylan jordan anthony jonathan mickael vincent david daniel
        dragon monkey shadow master superman batman pokemon pikachu naruto starwars matrix spiderman harrypotter minecraft fortnite
        licorne papillon coccinelle dauphin tigre panthere cheval poney chaton chat chien minou minette medor felix rex milou
        jardin maison jardinage voiture moto camion ordinateur telephone internet google facebook microsoft samsung apple windows
        medecin docteur infirmier infirmiere pharmacie pharmacien hopital cabinet sante maisondesante medical cardio stethoscope
        collectif coordination coordinateur coordinatrice coordonnateur federation equipe reunion msp ars cpam professionnel
        letmein sunshine princess princesse football baseball trustno access login super super hero champion legend ninja
        printemps ete automne hiver janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
        lundi mardi mercredi jeudi vendredi samedi dimanche rouge bleu vert jaune noir blanc violet rose argent
        changeme changezmoi nouveau nouvelle provisoire temporaire temp tempo pass code codesecret sesame ouvretoi
        """
}
