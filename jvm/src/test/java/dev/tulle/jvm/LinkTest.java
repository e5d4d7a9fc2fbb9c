// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TAP and packet sockets against the kernel, each scenario in a namespace of its own. */
final class LinkTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tapCarriesFramesBothWays",
        "tapTakesItsFrameSizeFromTheDevice",
        "tapThatIsDownLosesFramesUntilItIsUp",
        "tapThatIsDeletedIsGone",
        "aDescriptorThatOthersOpenedCarriesPackets",
        "refusalsOfTapSayWhy",
        "frameShorterThanEthernetIsTheCallersFault",
        "packetSocketCarriesFramesBothWays",
        "packetSocketDoesNotHearItsOwnMachine",
        "packetSocketLeavesOutWhatIsLongerThanItsRoom",
        "packetSocketOnAnInterfaceThatGoesAwayIsDown",
        "packetSocketUndoesTheOffloadsOfItsMachine",
        "packetSocketNeedsAnInterface",
      })
  void inNamespace(String scenario) throws Exception {
    Namespace.run(LinkScenarios.class, scenario);
  }
}
